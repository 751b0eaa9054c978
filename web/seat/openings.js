/** One opening after another of what may die young: the next one comes at once, and ever later where none of them lasts. Pure. */

import { backoff } from './backoff.js';

/** What was open for so long was worth it: it has shown pictures. What dies of a fault of its own dies before. */
const LASTING_MS = 3_000;

export class Openings {
  #last = -Infinity;
  /** How many in a row followed one that died young. */
  #hasty = 0;
  #diedYoung = false;

  /** @param {number} now ms */
  opened(now) {
    this.#hasty = this.#diedYoung ? this.#hasty + 1 : 0;
    this.#diedYoung = false;
    this.#last = now;
  }

  /**
   * What was open is over, or in doubt: how long to wait before the next one is asked for.
   * @param {number} now ms
   * @returns {number} ms
   */
  wait(now) {
    this.#diedYoung = now - this.#last < LASTING_MS;
    return this.#diedYoung ? backoff(this.#hasty) : 0;
  }

  forget() {
    this.#hasty = 0;
    this.#diedYoung = false;
    this.#last = -Infinity;
  }
}
