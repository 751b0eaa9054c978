/** When the parts of pictures came, until the host is told. Pure. */

import { MOST_ARRIVALS, encodeArrivals } from '../protocol/stream.js';

const TICKS_PER_MS = 10;

export class Arrivals {
  #first = 0;
  /** @type {number[]} */
  #times = [];

  /**
   * @param {number} number of the part
   * @param {number} now ms
   */
  add(number, now) {
    // Parts come in order and none is lost; a gap means that the host has begun anew.
    if (this.#times.length > 0 && number !== (this.#first + this.#times.length) >>> 0) this.#times = [];
    if (this.#times.length === 0) this.#first = number;
    this.#times.push(Math.round(now * TICKS_PER_MS) >>> 0);
  }

  get count() {
    return this.#times.length;
  }

  /** Whether a report holds no more. */
  get isFull() {
    return this.#times.length >= MOST_ARRIVALS;
  }

  /** The report; then there is nothing to tell. */
  take() {
    const report = encodeArrivals(this.#first, this.#times);
    this.#times = [];
    return report;
  }
}
