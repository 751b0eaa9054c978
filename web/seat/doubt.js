/**
 * When a seat that was heard of lately is doubted, so that another is made beside it, and which of the two is kept. Pure.
 *
 * A host's beats come every 300 ms, at rest every 600. Two in a row are lost now and then, and Wi-Fi is silent for half a second; a way that is gone stays
 * silent. On a long way more packets are lost and a beat comes later, so that patience grows with the round trip.
 */

import { BEAT_MS, REST_BEAT_MS } from '../protocol/limits.js';

const PATIENCE_MS = 950;
const ROUND_TRIPS = 2;
/** A beat more, at rest, of which one lost is then outlived; a page that knocks at a host at rest is answered before. */
const AT_REST_MS = REST_BEAT_MS - BEAT_MS;
/** After a change of the network the old way has two beats' time to prove itself: it may lead on, from a new address. */
const AFTER_CHANGE_MS = 650;
const AFTER_CHANGE_ROUND_TRIPS = 1.5;
/** So long what was on its way before the change may still come. */
const LEFTOVERS_MS = 50;
const LONGEST_MS = 1_850;
/** Each doubt that was wrong makes the next one slower, for a while: a machine at its limit needs no further seats. */
const LEARNT_MS = 400;
const FORGOTTEN_MS = 60_000;

export class Doubt {
  /** When the network changed, and whether that is certain; null once the seat has proven itself. @type {{at: number, isSure: boolean} | null} */
  #change = null;
  #wrong = 0;
  #wrongAt = 0;

  /**
   * The network has changed, or may have.
   * @param {number} now ms
   * @param {boolean} isSure then another seat is worth its price at once
   */
  changed(now, isSure) {
    this.#change = { at: now, isSure };
  }

  /** Whether the seat has yet to prove itself after a change. */
  get isChange() {
    return this.#change !== null;
  }

  /** Another seat: it knows of no change. */
  reset() {
    this.#change = null;
  }

  /**
   * The seat was doubted, and is well.
   * @param {number} now
   */
  wasWrong(now) {
    // After a change it was no mistake to look.
    if (this.#change === null) {
      this.#wrong += 1;
      this.#wrongAt = now;
    }
    this.#change = null;
  }

  /**
   * Whether another seat is to be made.
   * @param {number} now
   * @param {number} heard when the seat was last heard of
   * @param {number} roundTrip ms, 0 while unknown
   * @param {boolean} [isResting] whether its beats come half as often
   */
  isDue(now, heard, roundTrip, isResting = false) {
    if (now - this.#wrongAt > FORGOTTEN_MS) this.#wrong = 0;
    if (this.#change === null) return now - heard >= this.patience(roundTrip, isResting);
    if (this.isWell(heard, -Infinity, roundTrip)) {
      this.#change = null;
      return false;
    }
    return this.#change.isSure || this.hadItsChance(now, roundTrip);
  }

  /**
   * Whether a seat that is doubted since `since` has been heard of so that it counts.
   * @param {number} heard
   * @param {number} since
   * @param {number} roundTrip
   */
  isWell(heard, since, roundTrip) {
    return heard > (this.#change === null ? since : this.#change.at + roundTrip + LEFTOVERS_MS);
  }

  /**
   * Whether another seat may take its place.
   * @param {number} now
   * @param {number} roundTrip
   */
  hadItsChance(now, roundTrip) {
    return this.#change === null || now - this.#change.at >= AFTER_CHANGE_MS + AFTER_CHANGE_ROUND_TRIPS * roundTrip;
  }

  /**
   * How long a seat may be silent.
   * @param {number} roundTrip ms
   * @param {boolean} [isResting]
   */
  patience(roundTrip, isResting = false) {
    return Math.min(LONGEST_MS, PATIENCE_MS + (isResting ? AT_REST_MS : 0) + ROUND_TRIPS * roundTrip + LEARNT_MS * this.#wrong);
  }
}
