/** The discrete events that the host has not acknowledged: every packet repeats them, so that none is lost and none doubled. Pure. */

import { UNACKNOWLEDGED_EVENTS } from '../protocol/limits.js';

/** @typedef {import('../protocol/moves.js').PointerEventRecord} PointerEventRecord */

export class EventLedger {
  #number = 0;
  /** @type {PointerEventRecord[]} */
  #open = [];

  /** A new seat counts from 1 again; what the old one had not acknowledged is not replayed. */
  reset() {
    this.#number = 0;
    this.#open = [];
  }

  /** The number of the newest event. */
  get newest() {
    return this.#number;
  }

  /** What goes into the next packet. */
  get events() {
    return this.#open;
  }

  /**
   * @param {Omit<PointerEventRecord, 'number'>} event
   * @returns {{event: PointerEventRecord, fits: boolean}} fits = false: no room, send it on the control channel
   */
  add(event) {
    this.#number += 1;
    const numbered = { ...event, number: this.#number };
    const fits = this.#open.length < UNACKNOWLEDGED_EVENTS;
    if (fits) this.#open.push(numbered);
    return { event: numbered, fits };
  }

  /** @param {number} number the newest event that the host has applied */
  acknowledge(number) {
    this.#open = this.#open.filter((event) => event.number > number);
  }
}
