/** The discrete events that the host has not acknowledged: every packet repeats them, so that none is lost and none doubled. Pure. */

import { UNACKNOWLEDGED_EVENTS } from '../protocol/limits.js';

/** @typedef {import('../protocol/moves.js').PointerEventRecord} PointerEventRecord */

/** A host takes events that are so far ahead of the last one it has applied. */
const KEPT = 64;

export class EventLedger {
  #number = 0;
  /** @type {PointerEventRecord[]} */
  #open = [];

  #isWhole = true;

  /** A new hand: the host counts from 1 again, and what was not acknowledged is not replayed. */
  reset() {
    this.#number = 0;
    this.#open = [];
    this.#isWhole = true;
  }

  /** Whether every event that is not acknowledged is still known. */
  get isWhole() {
    return this.#isWhole;
  }

  /** The number of the newest event. */
  get newest() {
    return this.#number;
  }

  /** What goes into the next packet. */
  get events() {
    return this.#open.slice(0, UNACKNOWLEDGED_EVENTS);
  }

  /** Those that found no room in it. */
  get others() {
    return this.#open.slice(UNACKNOWLEDGED_EVENTS);
  }

  /**
   * @param {Omit<PointerEventRecord, 'number'>} event
   * @returns {{event: PointerEventRecord, fits: boolean}} fits = false: no room, send it on the control channel
   */
  add(event) {
    this.#number += 1;
    const numbered = { ...event, number: this.#number };
    const fits = this.#open.length < UNACKNOWLEDGED_EVENTS;
    if (this.#open.length < KEPT) this.#open.push(numbered);
    else this.#isWhole = false;
    return { event: numbered, fits };
  }

  /** @param {number} number the newest event that the host has applied */
  acknowledge(number) {
    this.#open = this.#open.filter((event) => event.number > number);
  }
}
