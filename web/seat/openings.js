/** One opening after another of what may die young: the next one comes at once, and ever later where none of them lasts. Pure. */

import { backoff } from './backoff.js';

/** What was open for so long was worth it. */
const LASTING_MS = 10_000;

export class Openings {
  #last = -Infinity;
  /** How many in a row followed the one before too soon. */
  #hasty = 0;

  /** @param {number} now ms */
  opened(now) {
    this.#hasty = this.#isYoung(now) ? this.#hasty + 1 : 0;
    this.#last = now;
  }

  /**
   * How long to wait before the next one is asked for.
   * @param {number} now ms
   * @returns {number} ms
   */
  wait(now) {
    return this.#isYoung(now) ? backoff(this.#hasty) : 0;
  }

  forget() {
    this.#hasty = 0;
    this.#last = -Infinity;
  }

  /** @param {number} now */
  #isYoung(now) {
    return now - this.#last < LASTING_MS;
  }
}
