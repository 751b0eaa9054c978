/** One reader looks at one study: joins the seat, the model of the study, the picture and the reader's hand. */

import { isOf, openMessage } from '../boot/open_message.js';
import { text } from '../text/en.js';
import { FirstImage } from './first_image.js';
import { Glass } from './glass.js';
import { PictureSize } from './picture_size.js';
import { Reading } from './reading.js';
import { emptyWords } from './refused.js';
import { sayOpened } from './resumed.js';
import { Waiting } from './waiting.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */
/** @typedef {import('../boot.js').Ahead} Ahead */
/** @typedef {import('./equipment.js').Equipment} Equipment */

/** A study that was open is asked for again so often: a host that has just started may not have its archives yet. */
const AGAIN_TIMES = 10;
const AGAIN_MS = 1_000;

export class Viewing {
  reading = new Reading();
  #viewer;
  #seat;
  /** @type {Glass} */
  #glass;
  /** Null while what a first picture does without has not come: nothing can be done, and nothing has been. @type {import('./hands.js').Hands | null} */
  #hands = null;
  #waiting;
  /** Null so long, too: nothing can be proven. @type {import('./proofs.js').Proofs | null} */
  #proofs = null;
  #size;
  #first = new FirstImage(this.reading, () => {
    this.#hands?.pictured();
    this.onPictured();
  });
  #moved = '';
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
   */
  constructor(viewer, seat) {
    this.#viewer = viewer;
    this.#seat = seat;
    this.#size = new PictureSize(viewer.stage);
    this.#waiting = new Waiting(viewer, seat, this);
    this.#glass = new Glass(viewer, this.reading, {
      asked: () => this.#size.asked,
      wanted: () => this.#size.wanted,
      decoded: () => seat.pictured(),
      fresh: () => this.#refresh(),
      shown: (records, isFresh) => this.#first.shown(records, isFresh),
      live: () => this.isLive,
      judged: () => this.#waiting.claim(),
    });
    viewer.stage.connect(
      (viewport, image) => this.#hands?.goToImage(viewport, image),
      () => this.#resizing(),
      () => this.#resize(),
    );
    document.addEventListener('visibilitychange', () => {
      seat.sendControl({ type: 'visibility', visible: !document.hidden });
    });
  }

  /** What a first picture does without has come, and is told what it missed. @param {Equipment} equipment */
  equip(equipment) {
    const proofs = equipment.makeProofs({
      glass: () => this.#glass,
      deeds: () => hands.deeds,
      toggled: () => this.#waiting.update(),
    });
    const hands = equipment.makeHands(this, proofs, () => this.#refresh());
    this.#proofs = proofs;
    this.#hands = hands;
    this.#glass.equip(equipment, proofs.answers);
    if (this.#wasReady) this.#begin();
    equipment.tellMissed(this.reading, hands);
    this.#glass.describe();
    this.#refresh();
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

  cancelGesture() {
    return this.#hands?.release() ?? false;
  }

  /** @param {StudyReference | null} reference null = back to the worklist */
  choose(reference) {
    const { bar, tools, messages } = this.#viewer;
    // Everything of the study before goes in this task, before the new name appears.
    this.#glass.clear();
    tools?.strip.clear();
    messages.forget();
    this.#proofs?.forget();
    this.#hands?.drop();
    this.#wasOpen = false;
    this.#moved = '';
    this.#seat.renderer = 'live';
    this.reading.choose(reference);
    bar.show(reference?.row ?? null);
    tools?.toolbar.update(null, null, false, false);
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
      this.#size.asked = ahead.asked;
      this.reading.ask(ahead.message.request);
    } else {
      const message = openMessage(reference, this.reading.ask(), this.#size.ask(), this.#goesOn, this.reading.hand);
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
    const asked = this.#size.wanted;
    const message = reference?.archive ? openMessage(reference, this.reading.reserve(), asked, this.#goesOn, this.reading.hand) : null;
    this.#ahead = message && { message, asked };
    return this.#ahead ? [this.#ahead.message] : [];
  }

  /** Whether what was done on the seat before is still meant. */
  get #goesOn() {
    return this.#wasOpen && (this.#hands?.isWhole ?? true);
  }

  takeBack() {
    this.#again = 0;
    this.#open();
    this.#waiting.update();
  }

  /** The place has another size, perhaps for a moment only: where things lie on the picture, and what is claimed of it, follow at once. */
  #resizing() {
    const { pixels } = this.#viewer.stage;
    if (this.#size.wanted.ratio !== pixels) this.#glass.describe();
    this.#glass.judge();
  }

  #resize() {
    const message = this.reading.opened && this.#size.resized();
    if (message) this.#seat.sendControl(message);
  }

  // ---- what the seat says

  /** @param {import('../seat/phase.js').Phase} phase */
  phase(phase) {
    this.#glass.judge();
    if (phase !== 'live' && this.#hands?.cut()) this.#viewer.messages.sayOfAct(text.live.cancelled);
    if (phase === 'reconnecting' || phase === 'failed') {
      this.#glass.lose();
      this.#hands?.lift();
      this.#waiting.begin();
    }
    this.#refresh();
  }

  /** A new seat can be talked to: it takes the study up where it was left. */
  ready() {
    this.#begin();
    this.#again = 0;
    this.#seat.sendControl({ type: 'visibility', visible: !document.hidden });
    this.#wasReady = true;
    this.#viewer.dataset.transport = this.#seat.offer?.transport ?? 'webrtc';
    this.#open(this.#seat.offer?.first ? this.#ahead : null);
    this.#ahead = null;
    this.#waiting.update();
  }

  /** Hands and proofs begin anew on this seat. A host that has not heard what this page can prove sends nothing to prove. */
  #begin() {
    this.#hands?.begin();
    this.#proofs?.begin();
    if (this.#proofs) this.#seat.sendControl(this.#proofs.abilities);
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
    this.#hands?.acknowledge(packet.event_acknowledged, packet.frames[0]?.input_sequence ?? null);
    this.#glass.packet(packet);
    this.#hands?.described();
  }

  /** @param {import('../protocol/frames.js').HostBeat} beat */
  beat(beat) {
    this.#hands?.acknowledge(beat.event_acknowledged, beat.input_sequence);
    this.#glass.heard(beat.epoch, beat.revision);
    this.#proofs?.beat(beat);
    this.#waiting.heard();
  }

  /** @param {import('../protocol/control.js').ToPage} message */
  control(message) {
    const { messages, stage } = this.#viewer;
    if (message.type === 'state') this.#glass.heard(message.epoch, message.revision);
    this.#proofs?.take(message);
    switch (message.type) {
      case 'hello':
        this.#size.limit(message);
        this.#waiting.served = message;
        break;
      case 'applied':
      case 'rejected':
        this.#hands?.answered(message.id);
        if (message.type === 'rejected') messages.refused(message);
        break;
      case 'notice':
        if (this.#hands) this.#hands.told(message);
        else messages.notice(message);
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
        this.#studyChanged(this.reading.take(message), message);
    }
  }

  /**
   * @param {import('./reading.js').Topic} topic
   * @param {import('../protocol/control.js').ToPage} message
   */
  #studyChanged(topic, message) {
    const strip = this.#viewer.tools?.strip;
    if (topic === 'opened' && message.type === 'opened') this.#opened(message);
    if (topic === 'failed') this.#notOpened();
    if (topic === 'progress' && message.type === 'progress') strip?.progress(message);
    if (topic === 'thumbnail' && message.type === 'thumbnail') void strip?.picture(message.series, message.png);
    if (topic === 'marks' || topic === 'progress' || topic === 'state' || topic === 'terms') this.#glass.describe();
    if (topic === 'progress') this.#glass.judge();
    if (topic === 'marks') this.#hands?.marked();
    if (topic === 'saved') this.#hands?.keep();
    if (topic !== 'none') this.#refresh();
  }

  /** @param {import('../protocol/control.js').Opened} opened */
  #opened(opened) {
    const { bar, tools, messages } = this.#viewer;
    this.#wasOpen = true;
    bar.show(opened.study);
    tools?.strip.list(opened.series);
    this.#glass.open(opened.epoch);
    this.#hands?.opened(opened.goes_on);
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
      this.#viewer.tools?.strip.clear();
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
    const { tools, stage } = this.#viewer;
    tools?.toolbar.update(snapshot, reading.activeSeries, this.isLive, reading.selected !== '');
    if (snapshot) {
      stage.settle(snapshot, emptyWords(reading.opened?.series ?? []));
      const series = snapshot.viewports.map((viewport) => viewport.series);
      tools?.strip.mark(series[snapshot.active] ?? -1, new Set(series), new Set(reading.seen.keys()));
      this.#viewer.dataset.tool = snapshot.tool;
      this.#viewer.dataset.layout = snapshot.layout;
    }
    if (!this.isLive) tools?.goTo.close();
    const { phase } = this.#seat;
    // Live again only with a picture of the new seat; a session that went elsewhere, or did not open, needs the reader.
    const needsReader = this.#moved !== '' || (reading.failure !== null && !this.opensAgain);
    const isHalf = phase === 'live' && !this.#hands;
    this.#viewer.dataset.session = needsReader ? 'failed' : isHalf ? 'connecting' : phase === 'live' && this.#glass.isOld ? 'reconnecting' : phase;
    this.#waiting.update();
  }
}
