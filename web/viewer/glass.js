/** The glass: the picture shown, the overlay that belongs to it, and what the viewer's root says of both. */

import { Claim } from '../picture/claim.js';
import { isOfNow, isOfStudy } from '../picture/fidelity.js';
import { isLater } from '../picture/rtp_time.js';
import { text } from '../text/en.js';
import { note } from '../ui/element.js';
import { FullScale } from './full_scale.js';
import { imagePart, reservationsShown } from './reservations.js';
import { PicturePipe } from './picture_pipe.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/control.js').StillProof} StillProof */
/** @typedef {import('../picture/fidelity.js').Judgement} Judgement */

/** A proven still, for whoever saves it. @typedef {{proof: StillProof, packed: Uint8Array}} Proven */

/**
 * @typedef {object} GlassEvents
 * @property {() => {width: number, height: number}} asked the size asked for, device pixels
 * @property {() => {width: number, height: number}} wanted the size of the place that there is now; it is asked for when it stays
 * @property {() => void} decoded any picture is a sign of life
 * @property {() => void} fresh the first picture of a study, of a series, or of a new seat
 * @property {(records: readonly (ViewportRecord | null)[], isFresh: boolean) => void} shown any picture, when its words are on it
 * @property {() => boolean} live whether what is shown is current, as far as the seat knows
 * @property {(judgement: Judgement) => void} judged what may be claimed has changed
 */

/** @type {Judgement} */
const NOTHING = { fidelity: 'lossy', why: 'nothing', viewports: [] };

export class Glass {
  #viewer;
  #reading;
  #events;
  #pipe;
  /** @type {(ViewportRecord | null)[]} */
  #records = [];
  #old = false;
  #claim = new Claim();
  /** Takes and watches over what is proven; null while its script has not come. @type {import('./equipment.js').Proving | null} */
  #proving = null;
  /** On what the stills of the seat come. @type {{track: MediaStreamTrack | null, pictures: import('../stream/stream_pictures.js').StreamPictures | null}} */
  #ways = { track: null, pictures: null };
  #scale;
  #judgement = NOTHING;
  /** Codes of what stands against the image of each viewport. @type {string[][]} */
  #reservations = [];
  /** The newest revision that the host has spoken of outside of pictures. @type {number | null} */
  #heard = null;
  /** @type {Proven | null} */
  #proven = null;
  /** The browser has taken the canvas's pixels, and not given it back. */
  #isBare = false;

  /**
   * @param {Viewer} viewer
   * @param {Reading} reading
   * @param {GlassEvents} events
   */
  constructor(viewer, reading, events) {
    this.#viewer = viewer;
    this.#reading = reading;
    this.#events = events;
    this.#pipe = new PicturePipe(viewer.stage.video, viewer.stage.canvas, {
      asked: events.asked,
      shown: (info, records, isStill) => this.#shown(info, records, isStill),
      decoded: events.decoded,
      blind: () => viewer.messages.say('error', text.browser.noTimestamps),
    });
    this.#scale = new FullScale(viewer.stage.canvas, () => this.judge());
    document.addEventListener('visibilitychange', () => this.judge());
    // A browser whose GPU process fails empties the canvas; what was proven is drawn, read back and hashed again.
    viewer.stage.canvas.addEventListener('contextlost', () => {
      this.#isBare = true;
      this.touch();
      this.#proving?.stills.interrupt();
    });
    viewer.stage.canvas.addEventListener('contextrestored', () => {
      this.#isBare = false;
      if (this.#proven) this.#proving?.stills.proof({ ...this.#proven.proof, method: 'held' });
    });
  }

  /**
   * From now on stills are taken, and what is proven is watched over.
   * @param {import('./equipment.js').Equipment} equipment
   * @param {import('./proofs.js').Proofs['answers']} answers
   */
  equip(equipment, { covers, answer, patience }) {
    this.#pipe.equip(equipment);
    const { stills } = (this.#proving = equipment.makeProving({
      rest: {
        proven: () => (this.#claim.stands ? this.#proven : null),
        read: (shape, from, rows) => this.#pipe.read(shape, from, rows),
        changed: () => this.judge(),
        refuted: ({ proof }) => this.#refute({ ...proof, attempt: 1 }, 'drawnOver'),
      },
      stills: {
        accepts: (proof) => this.#accepts(proof) && covers(proof),
        condemned: (revision) => this.#claim.condemned(revision),
        draw: (still) => this.#lay(still),
        read: (proof) => this.#pipe.read(proof),
        proven: (still) => this.#prove(still),
        refuted: (proof, how) => this.#refute(proof, how),
        answer,
        patience,
      },
    }));
    if (this.#ways.track) stills.connect(this.#ways.track);
    if (this.#ways.pictures) stills.receive(this.#ways.pictures);
    this.judge();
  }

  get clock() {
    return this.#pipe.clock;
  }

  /** @param {boolean} isWanted whether it is measured when pictures come, beside when they are drawn */
  set times(isWanted) {
    this.#pipe.times = isWanted;
  }

  /** What is on the glass, for beats and packets. */
  get shown() {
    return this.#pipe.shown;
  }

  /** What a moving picture shows that was or is on the glass; 0 = not known. @param {number} drawn its RTP timestamp */
  revisionOf(drawn) {
    return this.#pipe.revisionOf(drawn);
  }

  /** Those of the picture shown; null where nothing certain is known. */
  get records() {
    return this.#records;
  }

  /** Whether a picture, live or not, is on the glass. */
  get hasPicture() {
    return this.#pipe.hasPicture || this.#old;
  }

  /** Whether the glass holds a picture of a seat that is gone, until the first new one comes. */
  get isOld() {
    return this.#old;
  }

  /** CSS size of the picture that the hand may touch, or null. */
  get picture() {
    return this.#pipe.hasPicture ? this.#viewer.stage.pictureSize : null;
  }

  /** What may be claimed of the picture. */
  get judgement() {
    return this.#judgement;
  }

  /** How the picture was refuted: a name in text.fidelity.refuted, or nothing. */
  get refutation() {
    return this.#claim.refutation;
  }

  /** Bytes of the picture to bytes spent on it, or null. */
  get ratio() {
    return this.#claim.ratio;
  }

  /** How the stream lost something, for each viewport that is not exact. */
  get #loss() {
    return { viewports: this.#judgement.viewports, ratio: this.ratio };
  }

  /** What is told of the images shown, beside how their bytes came. */
  get image() {
    return imagePart(this.#records, this.#reservations);
  }

  /** The still that is exact now, or null. */
  get proven() {
    return this.#judgement.fidelity === 'exact' ? this.#proven : null;
  }

  /** The same, after all of the canvas was read back once more: what is saved is what is seen. */
  get confirmed() {
    return this.#proving?.watch.whole() ? this.proven : null;
  }

  /** @param {MediaStreamTrack} track of a new seat */
  connect(track) {
    this.#pipe.connect(track);
  }

  /** @param {MediaStreamTrack} track of a new seat, on which only stills come */
  connectStills(track) {
    this.#ways = { track, pictures: null };
    this.#proving?.stills.connect(track);
  }

  /** @param {import('../stream/stream_pictures.js').StreamPictures} pictures and stills, of a new seat on a WebSocket */
  receive(pictures) {
    this.#pipe.receive(pictures);
    this.#ways = { track: null, pictures };
    this.#proving?.stills.receive(pictures);
  }

  /** The seat is gone; what is on the glass stays there, and is old. */
  lose() {
    this.#old = this.hasPicture;
    this.#pipe.disconnect();
    this.#ways = { track: null, pictures: null };
    this.#proving?.stills.disconnect();
    this.#disclaim();
  }

  /** In this task everything of the study before goes. */
  clear() {
    this.#pipe.clear();
    this.#proving?.stills.reset();
    this.#viewer.stage.clear();
    this.#records = [];
    this.#old = false;
    this.#disclaim();
    this.#reservations = [];
    for (const name of ['revision', 'image', 'latency', 'fidelity', 'reservations']) delete this.#viewer.dataset[name];
  }

  /** @param {number} epoch from which frames belong to the opened study */
  open(epoch) {
    this.#pipe.open(epoch);
    this.#disclaim();
  }

  /** Whatever was claimed was of another seat or study. */
  #disclaim() {
    this.#claim.reset();
    this.#heard = null;
    this.#proven = null;
    this.judge();
  }

  /** @param {import('../protocol/frames.js').FramesPacket} packet */
  packet(packet) {
    this.#pipe.packet(packet);
    if (this.#judgement.fidelity === 'exact') this.judge();
  }

  /** @param {StillProof} proof */
  proof(proof) {
    this.#proving?.stills.proof(proof);
  }

  /** @param {ArrayBuffer} data a part of a still that comes as an image */
  stillChunk(data) {
    this.#proving?.stills.chunk(data);
  }

  /** @param {number} still that will not come */
  withdrawn(still) {
    this.#proving?.stills.withdrawn(still);
  }

  /**
   * The hand does something that may change the view: in this task, before it is sent, nothing is claimed any more. The canvas keeps
   * its pixels until the next picture comes: they are of the view that the words are of.
   */
  touch() {
    this.#claim.touch();
    this.#pipe.uncover();
    this.judge();
  }

  /**
   * Whether a still may be shown: of now, and of the place that there is for it.
   * @param {StillProof} proof
   */
  #accepts(proof) {
    const isOfNowAndHere = isOfNow(proof, { ...this.#pipe.now, revision: this.#newest }) && this.#isOfSize(proof);
    return isOfNowAndHere && !this.#isBare;
  }

  /** @param {{width: number, height: number}} picture whether it has the size of the place that there is */
  #isOfSize({ width, height }) {
    const wanted = this.#events.wanted();
    return width === wanted.width && height === wanted.height;
  }

  /** @param {import('../picture/stills.js').Still} still */
  #lay(still) {
    const isLaid = this.#pipe.still(still);
    if (isLaid) this.#claim.laid();
    return isLaid;
  }

  /**
   * The host has spoken of a revision.
   * @param {number} epoch
   * @param {number} revision
   */
  heard(epoch, revision) {
    if (!isOfStudy({ epoch, revision }, this.#pipe.now)) return;
    if (this.#heard === null || isLater(revision, this.#heard)) this.#heard = revision >>> 0;
    this.judge();
  }

  /** The newest revision drawn, coded or spoken of, or null. */
  get #newest() {
    const { revision } = this.#pipe.now;
    if (revision === null || this.#heard === null) return revision ?? this.#heard;
    return isLater(this.#heard, revision) ? this.#heard : revision;
  }

  /** @param {import('../picture/stills.js').Still} still */
  #prove({ proof, packed }) {
    this.#claim.prove(proof.sha256);
    this.#proven = { proof, packed };
    this.clock?.proven(performance.now());
    this.judge();
  }

  /**
   * @param {StillProof} proof
   * @param {import('../picture/claim.js').Doubt} how
   */
  #refute({ revision, attempt }, how) {
    this.#claim.refute(revision, how, attempt);
    if (how !== 'came') this.#pipe.retract();
    this.judge();
  }

  /** Why the picture is not displayed as it is, device pixel for device pixel all that there is place for. */
  get #displayFault() {
    return this.#scale.fault || (this.#isOfSize(this.#viewer.stage.canvas) ? (this.#proving?.watch.fault ?? 'unproven') : 'scaled');
  }

  /** What may be claimed now: asked again whenever something that it hangs on may have changed. */
  judge() {
    const newest = this.#newest;
    if (this.#proving) this.#proving.watch.on = this.#claim.stands;
    const judged = this.#claim.judge({
      isLive: this.#events.live() && !this.#old,
      isCurrent: newest !== null && newest === this.shown.revision,
      isVisible: !document.hidden,
      isUnreadable: (record) => this.#reading.isUnreadable(record),
      scale: this.#claim.isProven ? this.#displayFault : '',
    });
    const before = this.#judgement;
    this.#judgement = judged;
    const { dataset, stage } = this.#viewer;
    if (this.hasPicture) note(dataset, 'fidelity', judged.fidelity);
    note(dataset, 'sha256', judged.fidelity === 'exact' ? this.#claim.sha256 : null);
    if (before.why === judged.why && before.viewports.join() === judged.viewports.join()) return;
    stage.judge(judged.viewports);
    this.describe();
    this.#events.judged(judged);
  }

  /**
   * In the task that drew the pixels: overlay and attributes are of the same picture, or absent.
   * @param {FrameInfo | null} info
   * @param {(ViewportRecord | null)[]} records
   * @param {boolean} isStill
   */
  #shown(info, records, isStill) {
    let isFresh = this.#old || !this.#viewer.dataset.fidelity;
    this.#old = false;
    this.#records = records;
    this.#viewer.stage.fitBox();
    const { dataset } = this.#viewer;
    this.#claim.drawn(info, records, isStill);
    this.judge();
    note(dataset, 'revision', info ? String(info.revision) : null);
    const latency = this.clock?.median ?? null;
    note(dataset, 'latency', latency === null ? null : latency.toFixed(1));
    if (this.#reading.see(records)) isFresh = true;
    this.describe();
    if (isFresh) this.#events.fresh();
    this.#events.shown(records, isFresh);
  }

  /** The overlay again, because something that belongs to it has changed: marks, settings, what is loaded. */
  describe() {
    const { stage, dataset } = this.#viewer;
    if (this.#old) return;
    const record = this.#records[this.#reading.snapshot?.active ?? 0];
    note(dataset, 'image', record ? String(record.image + 1) : null);
    this.#reservations = reservationsShown(this.#records, this.#reading, this.shown.revision);
    note(dataset, 'reservations', [...new Set(this.#reservations.flat())].join(' ') || null);
    if (this.#records.length === 0 || !this.#pipe.hasPicture) stage.silence();
    else stage.describe(this.#records, this.#reading, this.shown.revision, this.#loss, this.#reservations);
  }
}
