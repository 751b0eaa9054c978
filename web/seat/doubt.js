/**
 * When a seat that was heard of lately is doubted, so that another is made beside it. Pure.
 *
 * A host's beats come every 300 ms. Two in a row are lost now and then, and Wi-Fi is silent for half a second; a way that is gone stays
 * silent. On a long way more packets are lost and a beat comes later, so that patience grows with the round trip.
 */

const PATIENCE_MS = 750;
const ROUND_TRIPS = 2;
/** After a change of the network the old way must prove itself; what was on its way may still come for a moment. */
const AFTER_CHANGE_MS = 350;
const AFTER_CHANGE_ROUND_TRIPS = 1.5;
const LONGEST_MS = 1_800;
/** Each doubt that was wrong makes the next one slower, for a while: a machine at its limit needs no further seats. */
const LEARNT_MS = 400;
const FORGOTTEN_MS = 60_000;

export class Doubt {
  /** @type {number | null} */
  #changed = null;
  #wrong = 0;
  #wrongAt = 0;

  /**
   * The network may have changed: an address came or went, or the page woke.
   * @param {number} now ms
   */
  changed(now) {
    this.#changed = now;
  }

  /**
   * The seat was doubted, and is well.
   * @param {number} now
   */
  wasWrong(now) {
    this.#wrong += 1;
    this.#wrongAt = now;
  }

  /**
   * Whether another seat is to be made.
   * @param {number} now
   * @param {number} heard when the seat was last heard of
   * @param {number} roundTrip ms, 0 while unknown
   */
  isDue(now, heard, roundTrip) {
    if (now - this.#wrongAt > FORGOTTEN_MS) this.#wrong = 0;
    if (this.#changed !== null && heard > this.#changed + AFTER_CHANGE_MS) this.#changed = null;
    if (this.#changed === null) return now - heard >= this.patience(roundTrip);
    return now - Math.max(heard, this.#changed) >= AFTER_CHANGE_MS + AFTER_CHANGE_ROUND_TRIPS * roundTrip;
  }

  /**
   * How long a seat may be silent.
   * @param {number} roundTrip ms
   */
  patience(roundTrip) {
    return Math.min(LONGEST_MS, PATIENCE_MS + ROUND_TRIPS * roundTrip + LEARNT_MS * this.#wrong);
  }
}
