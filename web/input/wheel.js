/**
 * Wheel events → whole steps. Mice, free-spinning wheels, trackpads and pinches send very different numbers; pixel, line and page
 * deltas are summed to steps, and what a trackpad sends after the fingers have left is ignored. Pure.
 */

/** @typedef {{deltaY: number, deltaMode: number, wheelDeltaY?: number, ctrlKey: boolean, timeStamp: number}} WheelSample */
/** @typedef {{steps: number, zoom: number}} WheelMove steps: whole images, towards the reader positive; zoom: the same, fractional */

/** One step on the wire. */
export const STEP = 120;
const TRACKPAD_PIXELS = 40;
const NOTCH_LINES = 3;
/** A pinch arrives as Ctrl + wheel with scale = exp(−deltaY / 100); a step of zoom is a factor of 1.1. */
const PINCH_PIXELS = 100 * Math.log(1.1);
/** After this rest a remainder is forgotten: the next touch begins a new movement. */
const REST_MS = 200;
const MOMENTUM_RUN = 6;

/** Sums wheel events of one hand. */
export class WheelReducer {
  #remainder = 0;
  #time = -Infinity;
  #momentum = new MomentumDetector();

  /**
   * @param {WheelSample} sample
   * @returns {WheelMove}
   */
  next(sample) {
    const rested = sample.timeStamp - this.#time > REST_MS;
    this.#time = sample.timeStamp;
    const notches = notchesOf(sample);
    if (sample.ctrlKey) {
      this.#remainder = 0;
      return { steps: 0, zoom: notches ?? sample.deltaY / PINCH_PIXELS };
    }
    if (notches === null && this.#momentum.isMomentum(sample)) {
      this.#remainder = 0;
      return { steps: 0, zoom: 0 };
    }
    const move = notches ?? sample.deltaY / TRACKPAD_PIXELS;
    // A remainder of the other direction would swallow the first step after turning round.
    if (rested || Math.sign(move) !== Math.sign(this.#remainder)) this.#remainder = 0;
    this.#remainder += move;
    // Tiny tolerance: ten tenths of a notch are a notch.
    const steps = Math.trunc(this.#remainder + Math.sign(this.#remainder) * 1e-6);
    this.#remainder -= steps;
    return { steps: steps === 0 ? 0 : steps, zoom: 0 };
  }
}

/**
 * Notches of a wheel (fractions from free-spinning ones), or null when a trackpad speaks.
 * @param {WheelSample} sample
 * @returns {number | null}
 */
function notchesOf({ deltaY, deltaMode, wheelDeltaY }) {
  if (deltaMode === 1) return deltaY / NOTCH_LINES;
  if (deltaMode === 2) return deltaY;
  if (wheelDeltaY !== undefined && wheelDeltaY !== 0 && deltaY !== 0) {
    // Chromium and Safari report 120 per notch here, whatever the pixels; for trackpads it is −3 × deltaY.
    const isTrackpad = Math.abs(wheelDeltaY + 3 * deltaY) < 1;
    return isTrackpad ? null : -wheelDeltaY / 120;
  }
  if (Math.abs(deltaY) >= 100 && Number.isInteger(deltaY)) return deltaY / (deltaY % 120 === 0 ? 120 : 100);
  return null;
}

/**
 * Tells the tail of a swipe from the swipe: after lift-off the system sends a dense run of deltas that only get smaller.
 * A hand that moves again is seen by a growing delta, a turn or a pause.
 */
class MomentumDetector {
  #run = 0;
  #last = 0;
  #time = -Infinity;
  #coasting = false;

  /**
   * @param {WheelSample} sample
   * @returns {boolean}
   */
  isMomentum({ deltaY, timeStamp }) {
    const size = Math.abs(deltaY);
    const previous = Math.abs(this.#last);
    const turned = Math.sign(deltaY) !== Math.sign(this.#last);
    const paused = timeStamp - this.#time > 100;
    const grew = size > previous * 1.05 + 1;
    if (turned || paused || grew) {
      this.#run = 0;
      this.#coasting = false;
    } else if (size < previous) {
      this.#run += 1;
      if (this.#run >= MOMENTUM_RUN) this.#coasting = true;
    }
    this.#last = deltaY;
    this.#time = timeStamp;
    return this.#coasting;
  }
}
