/** How often the page beats: every 300 ms while something happens, half as often at rest, when nothing is left to be told. Pure. */

import { BEAT_MS, REST_BEAT_MS } from '../protocol/limits.js';

/** Sooner than the host: what it says at its own rest is waited for already. */
const REST_AFTER_MS = 1_500;
/** Timers are late, never early: a beat that aimed at its last moment would come after it. */
const AHEAD_MS = 15;

/** @typedef {{epoch: number, revision: number, rtp: number, pictures: number}} Shown */

export class Rhythm {
  #stirred = -Infinity;
  #sent = -Infinity;
  #shown = '';
  #isSlow = false;

  /** The hand did something. @param {number} now ms */
  stir(now) {
    this.#stirred = now;
    this.#isSlow = false;
  }

  /**
   * Whether a beat is to be sent now; it counts as sent.
   * @param {number} now ms
   * @param {Shown} shown what is on the glass
   */
  isDue(now, shown) {
    const said = Object.values(shown).join();
    if (said !== this.#shown) this.stir(now);
    this.#shown = said;
    if (now < this.next) return false;
    this.#isSlow = this.isResting(now);
    this.#sent = now;
    return true;
  }

  /** When the next beat is due, ms, as far as is known. */
  get next() {
    return this.#sent + (this.#isSlow ? REST_BEAT_MS : BEAT_MS) - AHEAD_MS;
  }

  /** Whether both sides beat more slowly. @param {number} now ms */
  isResting(now) {
    return now - this.#stirred >= REST_AFTER_MS;
  }
}
