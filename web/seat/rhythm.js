/** How often the page beats: every 300 ms while something happens, half as often at rest, when nothing is left to be told. Pure. */

import { BEAT_MS, REST_BEAT_MS } from '../protocol/limits.js';

/** Sooner than the host: what it says at its own rest is waited for already. */
const REST_AFTER_MS = 1_500;
/** A timer may come a little early. */
const EARLY_MS = BEAT_MS / 4;

/** @typedef {{epoch: number, revision: number, rtp: number, pictures: number}} Shown */

export class Rhythm {
  #stirred = -Infinity;
  #sent = -Infinity;
  #shown = '';

  /** The hand did something. @param {number} now ms */
  stir(now) {
    this.#stirred = now;
  }

  /**
   * Whether a beat is to be sent now; asked every `BEAT_MS`, or less often where the browser slows a hidden page.
   * @param {number} now ms
   * @param {Shown} shown what is on the glass
   */
  isDue(now, shown) {
    const said = Object.values(shown).join();
    if (said !== this.#shown) this.#stirred = now;
    this.#shown = said;
    if (this.isResting(now) && now - this.#sent < REST_BEAT_MS - EARLY_MS) return false;
    this.#sent = now;
    return true;
  }

  /** Whether both sides beat more slowly. @param {number} now ms */
  isResting(now) {
    return now - this.#stirred >= REST_AFTER_MS;
  }
}
