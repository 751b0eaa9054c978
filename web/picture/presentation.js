/**
 * Decides which decoded frame goes on the glass and with which text: pixels and overlay are always of one revision,
 * or the overlay is absent. Pure but for the clock it is given.
 */

import { FrameLedger } from './frame_ledger.js';
import { isLater } from './rtp_time.js';

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').FramesPacket} FramesPacket */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {{close(): void}} Frame a decoded picture that must be closed */

/** @typedef {(width: number, height: number) => FrameInfo | null} Heard the newest words of a picture of that coded size */

/** How long a frame waits for the words that belong to it. */
export const HOLD_MS = 50;

/**
 * @typedef {object} Glass
 * @property {(frame: Frame, rtp: number, info: FrameInfo | null, heard: Heard) => boolean} draw pixels; closes nothing; false where
 *   it can't be drawn without its words
 * @property {(info: FrameInfo | null, records: (ViewportRecord | null)[], isStill: boolean) => void} describe overlay, in the same task
 * @property {(rtp: number) => void} [passed] a moving picture that the still on the glass makes needless
 */

export class Presentation {
  #ledger = new FrameLedger();
  /** @type {Glass} */
  #glass;
  /** @type {(callback: () => void, ms: number) => () => void} */
  #after;
  /** @type {{frame: Frame, rtp: number} | null} */
  #held = null;
  /** @type {(() => void) | null} */
  #cancel = null;
  /** The newest that was shown or passed over: none before it is looked at. @type {number | null} */
  #shown = null;
  /** What is on the glass and not wholly described. @type {number | null} */
  #undescribed = null;
  /** @type {Heard} */
  #heard = (width, height) => this.#ledger.sized(width, height);
  /** The newest revision drawn. @type {number | null} */
  #revision = null;
  /** Whether the still of that revision is on the glass. */
  #isStill = false;
  /** Whether the hand has moved since: then a picture without words is probably newer. */
  #isUncovered = false;

  /**
   * @param {Glass} glass
   * @param {(callback: () => void, ms: number) => () => void} after runs the callback later; returns what cancels it
   */
  constructor(glass, after) {
    this.#glass = glass;
    this.#after = after;
  }

  get epoch() {
    return this.#ledger.epoch;
  }

  /** The revision of the frame of this RTP timestamp; 0 = not known, or of another study. @param {number} rtp */
  revisionOf(rtp) {
    return this.#ledger.find(rtp)?.revision ?? 0;
  }

  /** Whether a picture of the open study is on the glass. */
  get hasPicture() {
    return this.#shown !== null || this.#isStill;
  }

  /** Whether anything may be shown. */
  get isOpen() {
    return this.#ledger.isOpen;
  }

  /** The newest revision drawn or heard of, or null. */
  get newest() {
    const heard = this.#ledger.revision;
    if (heard === null || this.#revision === null) return heard ?? this.#revision;
    return isLater(heard, this.#revision) ? heard : this.#revision;
  }

  /** Forget everything: nothing may be shown until `open`. */
  close() {
    this.#ledger.close();
    this.#drop();
    this.#shown = null;
    this.#undescribed = null;
    this.#forgetStill();
  }

  #forgetStill() {
    this.#revision = null;
    this.#isStill = false;
    this.#isUncovered = false;
  }

  /** @param {number} epoch */
  open(epoch) {
    this.#forgetStill();
    this.#ledger.open(epoch);
    this.#release();
  }

  /** @param {FramesPacket} packet */
  packet(packet) {
    this.#ledger.add(packet);
    this.#release();
    if (this.#undescribed !== null) this.#describe(this.#undescribed);
    if (this.#isOverdue) this.#showBare(); // its size may be known now
  }

  /**
   * A decoded frame; this object closes it.
   * @param {Frame} frame
   * @param {number} rtp
   */
  frame(frame, rtp) {
    if (this.#shown !== null && !isLater(rtp, this.#shown)) {
      frame.close();
      return;
    }
    const info = this.#ledger.find(rtp);
    if (info) {
      this.#drop();
      this.#take(frame, rtp, info);
      return;
    }
    this.#showBare();
    this.#drop();
    this.#held = { frame, rtp };
    this.#cancel = this.#after(() => this.#showBare(), HOLD_MS);
  }

  /** Show the held frame if its words have come. */
  #release() {
    if (!this.#held) return;
    const { frame, rtp } = this.#held;
    const info = this.#ledger.find(rtp);
    if (!info) return;
    this.#forgetHeld();
    this.#take(frame, rtp, info);
  }

  /**
   * Show it, unless it is of a revision before the one on the glass, or of one of which the still is there.
   * @param {Frame} frame
   * @param {number} rtp
   * @param {FrameInfo} info
   */
  #take(frame, rtp, info) {
    const isNewer = this.#revision === null || isLater(info.revision, this.#revision);
    if (isNewer || (info.revision === this.#revision && !this.#isStill)) this.#show(frame, rtp, info);
    else this.#pass(frame, rtp);
  }

  /**
   * @param {Frame} frame
   * @param {number} rtp
   */
  #pass(frame, rtp) {
    this.#shown = rtp;
    frame.close();
    this.#glass.passed?.(rtp);
  }

  /**
   * The exact picture of a revision: pixels and words in this task. Moving pictures of it are not shown any more, whether one was or not.
   * @param {FrameInfo} info
   * @param {ViewportRecord[]} records
   * @param {() => void} draw
   * @returns {boolean} whether it was drawn
   */
  still(info, records, draw) {
    if (!this.isOpen || (this.#revision !== null && isLater(this.#revision, info.revision))) return false;
    draw();
    this.#revision = info.revision;
    this.#isStill = true;
    this.#isUncovered = false;
    this.#undescribed = null;
    this.#glass.describe(info, records, true);
    return true;
  }

  /** The hand moves: a picture whose words are lost may be shown over the still again. */
  uncover() {
    this.#isUncovered = true;
  }

  /** The still on the glass is not what it should be: moving pictures of its revision are better. */
  retract() {
    this.#isStill = false;
  }

  /** Whether a frame has waited long enough for its words. */
  get #isOverdue() {
    return this.#held !== null && this.#cancel === null;
  }

  /**
   * A frame without words is shown only after one of the same opening that had them: before that it could be of another study.
   * One that can't be drawn without them, since no picture of its size was told of, waits on.
   */
  #showBare() {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#held || this.#shown === null) return;
    const { frame, rtp } = this.#held;
    if (this.#isStill && !this.#isUncovered) {
      this.#forgetHeld();
      this.#pass(frame, rtp);
    } else if (this.#show(frame, rtp, null)) this.#forgetHeld();
  }

  /**
   * @param {Frame} frame
   * @param {number} rtp
   * @param {FrameInfo | null} info
   * @returns {boolean} whether it was drawn, and closed
   */
  #show(frame, rtp, info) {
    if (!this.#glass.draw(frame, rtp, info, this.#heard)) return false;
    frame.close();
    this.#shown = rtp;
    this.#isStill = false;
    this.#describe(rtp);
    return true;
  }

  /** Pixels that are on the glass. @param {number} rtp */
  #describe(rtp) {
    const info = this.#ledger.find(rtp);
    const records = info ? this.#ledger.records(info) : [];
    if (info) this.#revision = info.revision;
    this.#undescribed = info !== null && records.every((record) => record !== null) ? null : rtp;
    this.#glass.describe(info, records, false);
  }

  #forgetHeld() {
    this.#cancel?.();
    this.#cancel = null;
    this.#held = null;
  }

  #drop() {
    const held = this.#held;
    this.#forgetHeld();
    held?.frame.close();
  }
}
