/** Notices the first image of a study, a series or a seat on the glass: not the pattern that stands in its place while it is read. Pure. */

import { RecordFlag } from '../protocol/frames.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */

export class FirstImage {
  #reading;
  #come;
  #isThere = false;

  /**
   * @param {Pick<import('./reading.js').Reading, 'isUnreadable'>} reading
   * @param {() => void} come it is there, or it is known that none can be
   */
  constructor(reading, come) {
    this.#reading = reading;
    this.#come = come;
  }

  /**
   * @param {readonly (ViewportRecord | null)[]} records of what is on the glass
   * @param {boolean} isFresh whether it is the first picture, of whatever, of a study, series or seat
   */
  shown(records, isFresh) {
    if (isFresh) this.#isThere = false;
    if (this.#isThere || !records.some((record) => record && this.#isImage(record))) return;
    this.#isThere = true;
    this.#come();
  }

  /** @param {ViewportRecord} record */
  #isImage(record) {
    return (record.flags & RecordFlag.MISSING) === 0 || this.#reading.isUnreadable(record);
  }
}
