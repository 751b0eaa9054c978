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

/** How long a frame waits for the words that belong to it. */
export const HOLD_MS = 50;

/**
 * @typedef {object} Glass
 * @property {(frame: Frame, rtp: number, info: FrameInfo | null) => void} draw pixels; closes nothing
 * @property {(info: FrameInfo | null, records: (ViewportRecord | null)[]) => void} describe overlay, in the same task
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
  /** @type {number | null} */
  #shown = null;
  #described = false;

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

  /** The RTP timestamp on the glass, or null. */
  get shown() {
    return this.#shown;
  }

  /** Forget everything: nothing may be shown until `open`. */
  close() {
    this.#ledger.close();
    this.#drop();
    this.#shown = null;
    this.#described = false;
  }

  /** @param {number} epoch */
  open(epoch) {
    this.#ledger.open(epoch);
    this.#release();
  }

  /** @param {FramesPacket} packet */
  packet(packet) {
    this.#ledger.add(packet);
    this.#release();
    if (this.#shown !== null && !this.#described) this.#describe(this.#shown);
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
      this.#show(frame, rtp, info);
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
    this.#show(frame, rtp, info);
  }

  /**
   * A frame without words is shown only after one of the same opening that had them: before that it could be of another study.
   */
  #showBare() {
    if (!this.#held || this.#shown === null) {
      this.#cancel = null;
      return;
    }
    const { frame, rtp } = this.#held;
    this.#forgetHeld();
    this.#show(frame, rtp, null);
  }

  /**
   * @param {Frame} frame
   * @param {number} rtp
   * @param {FrameInfo | null} info
   */
  #show(frame, rtp, info) {
    this.#shown = rtp;
    this.#glass.draw(frame, rtp, info);
    frame.close();
    this.#describe(rtp);
  }

  /** @param {number} rtp */
  #describe(rtp) {
    const info = this.#ledger.find(rtp);
    const records = info ? this.#ledger.records(info) : [];
    this.#described = info !== null && records.every((record) => record !== null);
    this.#glass.describe(info, records);
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
