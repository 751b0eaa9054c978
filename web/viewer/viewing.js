/** One reader looks at one study: joins the seat, the model of the study, the picture and the reader's hand. */

import { isOf, openMessage } from '../boot/open_message.js';
import { clockTime } from '../format/dicom_date.js';
import { text } from '../text/en.js';
import { Glass } from './glass.js';
import { Hands } from './hands.js';
import { Proofs } from './proofs.js';
import { Reading } from './reading.js';
import { emptyWords } from './refused.js';
import { sayOpened } from './resumed.js';
import { Waiting } from './waiting.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */
/** @typedef {import('../boot.js').Ahead} Ahead */

/** A study that was open is asked for again so often: a host that has just started may not have its archives yet. */
const AGAIN_TIMES = 10;
const AGAIN_MS = 1_000;

export class Viewing {
  reading = new Reading();
  #viewer;
  #seat;
  /** @type {Glass} */
  #glass;
  /** @type {Hands} */
  #hands;
  #waiting;
  /** @type {Proofs} */
  #proofs;
  #asked = { width: 1, height: 1, ratio: 1 };
  #limit = { width: 4096, height: 4096 };
  #moved = '';
  /** Whether the chosen study has been open on this page. */
  #wasOpen = false;
  #again = 0;
  #timer = 0;
  /** What the host was asked to open while the connection to it was made. @type {Ahead | null} */
  #ahead = null;
  #wasReady = false;
  /** The first picture of a study is on the glass. @type {() => void} */
  onPictured = () => undefined;

  /**
   * @param {Viewer} viewer
   * @param {SeatKeeper} seat
   * @param {import('../picture/still_abilities.js').StillAbilities} abilities
   */
  constructor(viewer, seat, abilities) {
    this.#viewer = viewer;
    this.#seat = seat;
    this.#proofs = new Proofs(viewer, seat, abilities, {
      glass: () => this.#glass,
      deeds: () => this.#hands.deeds,
      toggled: () => this.#waiting.update(),
    });
    this.#waiting = new Waiting(viewer, seat, this);
    this.#glass = new Glass(viewer, this.reading, {
      asked: () => this.#asked,
      wanted: () => this.#wanted,
      decoded: () => seat.pictured(),
      fresh: () => {
        this.#refresh();
        this.onPictured();
      },
      live: () => this.isLive,
      ...this.#proofs.answers,
      judged: () => this.#waiting.claim(),
    });
    this.#hands = new Hands(viewer, seat, this, {
      refresh: () => this.#refresh(),
      resizing: () => this.#resizing(),
      resize: () => this.#resize(),
    });
    document.addEventListener('visibilitychange', () => {
      seat.sendControl({ type: 'visibility', visible: !document.hidden });
    });
  }

  /** Whether what is shown is current, so that the hand may act on it. @returns {boolean} */
  get isLive() {
    return this.#seat.phase === 'live' && this.reading.opened !== null && !this.#glass.isOld && !this.#moved;
  }

  get glass() {
    return this.#glass;
  }

  get proofs() {
    return this.#proofs;
  }

  /** Whether a study that did not open is asked for again by itself. */
  get opensAgain() {
    return this.#wasOpen && this.#again < AGAIN_TIMES;
  }

  /** The sentence of the host when the session went elsewhere. */
  get moved() {
    return this.#moved;
  }

  // ---- what the reader does

  /** @returns {boolean} whether a mark was selected */
  selectNothing() {
    if (!this.reading.select('')) return false;
    this.#glass.describe();
    this.#refresh();
    return true;
  }

  /** @returns {boolean} whether there was a gesture to cancel */
  cancelGesture() {
    return this.#hands.release();
  }

  /** @param {StudyReference | null} reference null = back to the worklist */
  choose(reference) {
    const { bar, strip, toolbar, messages } = this.#viewer;
    // Everything of the study before goes in this task, before the new name appears.
    this.#glass.clear();
    strip.clear();
    messages.forget();
    this.#proofs.forget();
    this.#hands.drop();
    this.#wasOpen = false;
    this.#moved = '';
    this.#seat.renderer = 'live';
    this.reading.choose(reference);
    bar.show(reference?.row ?? null);
    toolbar.update(null, null, false, false);
    if (reference) this.#open();
    else this.#seat.sendControl({ type: 'close' });
    this.#seat.hurry();
    this.#waiting.update();
  }

  /**
   * Ask the host for the chosen study: when it is chosen, on every new seat, and to take it back.
   * @param {Ahead | null} [ahead] what this seat's host opens already
   */
  #open(ahead = null) {
    const { reference } = this.reading;
    clearTimeout(this.#timer);
    if (!reference) {
      if (ahead) this.#seat.sendControl({ type: 'close' });
      return;
    }
    this.#moved = '';
    if (ahead && isOf(ahead.message, reference)) {
      this.#asked = ahead.asked;
      this.reading.ask(ahead.message.request);
    } else {
      this.#asked = this.#wanted;
      const message = openMessage(reference, this.reading.ask(), this.#asked, this.#goesOn);
      // Before the first seat is ready it is not known whether its host opens the study already.
      if (this.#wasReady) this.#seat.sendControl(message);
    }
    this.#waiting.begin();
  }

  /** @param {Ahead | null} ahead what the boot module has asked for with the seat that is being made */
  askedAhead(ahead) {
    this.#ahead = ahead;
  }

  /** What is said to the host of a seat that is only asked for: the study is opened while the connection is made. */
  first() {
    const { reference } = this.reading;
    const asked = this.#wanted;
    const message = reference?.archive ? openMessage(reference, this.reading.reserve(), asked, this.#goesOn) : null;
    this.#ahead = message && { message, asked };
    return this.#ahead ? [this.#ahead.message] : [];
  }

  /** Whether what was done on the seat before is still meant. */
  get #goesOn() {
    return this.#wasOpen && this.#hands.isWhole;
  }

  takeBack() {
    this.#again = 0;
    this.#open();
    this.#waiting.update();
  }

  /** The picture that there is place for. */
  get #wanted() {
    return this.#viewer.stage.askedSize(this.#limit.width, this.#limit.height);
  }

  /** The place has another size, perhaps for a moment only: where things lie on the picture, and what is claimed of it, follow at once. */
  #resizing() {
    const { pixels } = this.#viewer.stage;
    if (this.#wanted.ratio !== pixels) this.#glass.describe();
    this.#glass.judge();
  }

  #resize() {
    if (!this.reading.opened) return;
    const asked = this.#wanted;
    const { width: wide, height: high, ratio: dense } = this.#asked;
    if (asked.width === wide && asked.height === high && asked.ratio === dense) return;
    this.#asked = asked;
    const { width, height, ratio } = asked;
    this.#seat.sendControl({ type: 'resize', width, height, device_pixel_ratio: ratio });
  }

  // ---- what the seat says

  /** @param {import('../seat/phase.js').Phase} phase */
  phase(phase) {
    this.#glass.judge();
    if (phase !== 'live' && this.#hands.cut()) this.#viewer.messages.sayOfAct(text.live.cancelled);
    if (phase === 'reconnecting' || phase === 'failed') {
      this.#glass.lose();
      this.#hands.lift();
      this.#waiting.begin();
    }
    this.#refresh();
  }

  /** A new seat can be talked to: it takes the study up where it was left. */
  ready() {
    this.#hands.begin();
    this.#again = 0;
    this.#proofs.begin();
    this.#seat.sendControl(this.#proofs.abilities);
    this.#seat.sendControl({ type: 'visibility', visible: !document.hidden });
    this.#wasReady = true;
    this.#viewer.dataset.transport = this.#seat.offer?.transport ?? 'webrtc';
    this.#open(this.#seat.offer?.first ? this.#ahead : null);
    this.#ahead = null;
    this.#waiting.update();
  }

  /** What is in the way, for the reader. @param {string} sentence @param {readonly string[]} lines */
  trouble(sentence, lines) {
    this.#waiting.trouble(sentence, lines);
  }

  /** @param {MediaStreamTrack} track */
  track(track) {
    this.#glass.connect(track);
  }

  /** @param {MediaStreamTrack} track on which only stills come */
  stillTrack(track) {
    this.#glass.connectStills(track);
  }

  /** @param {import('../stream/stream_pictures.js').StreamPictures} pictures and stills, in the place of tracks */
  stream(pictures) {
    this.#glass.receive(pictures);
  }

  /** @param {ArrayBuffer} data a part of a still that comes as an image */
  stillChunk(data) {
    this.#glass.stillChunk(data);
  }

  /** @param {import('../protocol/frames.js').FramesPacket} packet */
  frames(packet) {
    this.#hands.acknowledge(packet.event_acknowledged, packet.frames[0]?.input_sequence ?? null);
    this.#glass.packet(packet);
    this.#hands.described();
  }

  /** @param {import('../protocol/frames.js').HostBeat} beat */
  beat(beat) {
    this.#hands.acknowledge(beat.event_acknowledged, beat.input_sequence);
    this.#proofs.beat(beat);
    this.#waiting.heard();
  }

  /** @param {import('../protocol/control.js').ToPage} message */
  control(message) {
    const { messages, stage, strip } = this.#viewer;
    this.#proofs.take(message);
    switch (message.type) {
      case 'hello':
        this.#limit = { width: message.max_width, height: message.max_height };
        this.#waiting.served = message;
        break;
      case 'applied':
      case 'rejected':
        this.#hands.answered(message.id);
        if (message.type === 'rejected') messages.refused(message);
        break;
      case 'notice':
        this.#hands.told(message);
        break;
      case 'renderer':
        this.#waiting.renderer = message.state === 'live' ? '' : message.message || text.live.renderer;
        this.#seat.renderer = message.state;
        break;
      case 'probe': {
        const record = this.#glass.records[message.viewport];
        if (record && message.revision === this.#glass.shown.revision) stage.probe(message, record.rect);
        break;
      }
      case 'moved':
        this.#leave(message.message);
        break;
      default:
        this.#studyChanged(this.reading.take(message), message, strip);
    }
  }

  /**
   * @param {import('./reading.js').Topic} topic
   * @param {import('../protocol/control.js').ToPage} message
   * @param {import('../ui/series_strip.js').SeriesStrip} strip
   */
  #studyChanged(topic, message, strip) {
    if (topic === 'opened' && message.type === 'opened') this.#opened(message);
    if (topic === 'failed') this.#notOpened();
    if (topic === 'progress' && message.type === 'progress') strip.progress(message);
    if (topic === 'thumbnail' && message.type === 'thumbnail') void strip.picture(message.series, message.png);
    if (topic === 'marks' || topic === 'progress' || topic === 'state' || topic === 'terms') this.#glass.describe();
    if (topic === 'progress') this.#glass.judge();
    if (topic === 'marks') this.#hands.marked();
    if (topic === 'saved') this.#hands.keep();
    if (topic !== 'none') this.#refresh();
  }

  /** @param {import('../protocol/control.js').Opened} opened */
  #opened(opened) {
    const { bar, strip, messages } = this.#viewer;
    this.#wasOpen = true;
    bar.show(opened.study);
    strip.list(opened.series);
    this.#glass.open(opened.epoch);
    this.#hands.opened(opened.goes_on);
    this.#resize();
    sayOpened(messages, opened, (message) => this.#seat.sendControl(message), this.reading.before, this.reading.lostUndo);
  }

  /** It is tried again, or what was on the glass goes: what can't be opened is not shown as if it could. */
  #notOpened() {
    clearTimeout(this.#timer);
    if (this.reading.failure?.code === 'no-archive') {
      // Whoever reaches it is asked; what this host said holds for it alone.
      this.reading.ask();
      this.#seat.change();
    } else if (this.opensAgain) {
      this.#again += 1;
      this.#timer = window.setTimeout(() => this.reading.failure && this.#open(), AGAIN_MS);
    } else {
      this.#glass.clear();
      this.#viewer.strip.clear();
    }
  }

  /**
   * The session was opened elsewhere: nothing of it stays here.
   * @param {string} sentence
   */
  #leave(sentence) {
    const { reference } = this.reading;
    const row = this.reading.opened?.study ?? reference?.row ?? null;
    this.choose(null);
    this.reading.choose(reference);
    this.#viewer.bar.show(row);
    this.#moved = sentence;
    this.#refresh();
  }

  /** Everything around the picture, from what holds now. */
  #refresh() {
    const { reading } = this;
    const { snapshot } = reading;
    const { toolbar, strip, stage, goTo } = this.#viewer;
    toolbar.update(snapshot, reading.activeSeries, this.isLive, reading.selected !== '');
    if (snapshot) {
      stage.settle(snapshot, emptyWords(reading.opened?.series ?? []));
      const series = snapshot.viewports.map((viewport) => viewport.series);
      strip.mark(series[snapshot.active] ?? -1, new Set(series), new Set(reading.seen.keys()));
      this.#viewer.dataset.tool = snapshot.tool;
      this.#viewer.dataset.layout = snapshot.layout;
    }
    if (!this.isLive) goTo.close();
    const { phase } = this.#seat;
    // Live again only with a picture of the new seat; a session that went elsewhere, or did not open, needs the reader.
    const needsReader = this.#moved !== '' || (reading.failure !== null && !this.opensAgain);
    this.#viewer.dataset.session = needsReader ? 'failed' : phase === 'live' && this.#glass.isOld ? 'reconnecting' : phase;
    this.#waiting.update();
  }

  /** When the picture was last known to be current, "14:03:22". */
  get lastLive() {
    const time = this.#seat.lastLive;
    return time === null ? '' : clockTime(time);
  }
}
