/** The way between worklist and studies in the browser's history: below every study that was opened from the list lies the list. */

import { studyAddress } from './study_address.js';

/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */

export class StudyHistory {
  #history;

  /** @param {Pick<History, 'state' | 'pushState' | 'replaceState' | 'back'>} history the browser's */
  constructor(history) {
    this.#history = history;
  }

  /** A study is opened from the list. @param {StudyReference} reference */
  open(reference) {
    this.#history.pushState({ from: 'worklist' }, '', studyAddress(reference));
  }

  /** Another study takes the place of the one shown: what lies below stays the same. @param {StudyReference} reference */
  step(reference) {
    this.#history.replaceState(this.#history.state, '', studyAddress(reference));
  }

  /** Back to the list. @returns {boolean} whether it is there at once; else the browser says when */
  back() {
    if (this.#history.state?.from === 'worklist') {
      this.#history.back();
      return false;
    }
    this.#history.pushState(null, '', 'worklist');
    return true;
  }
}
