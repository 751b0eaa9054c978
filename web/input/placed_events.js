/**
 * A press means the picture that was on the glass when it was made. Where the words of that picture are still on their way, the press
 * waits for them, and what the hand does after it waits behind it. Pure but for the clock it is given.
 */

import { EventKind } from '../protocol/moves.js';

/** @typedef {import('../protocol/moves.js').PointerEventRecord} PointerEventRecord */
/** @typedef {Omit<PointerEventRecord, 'number' | 'revision'>} Done */

/** So long are words waited for, ms: by then the next packets have told them again, or they are lost. */
export const WORDS_MS = 250;
/** What the host refuses, in words: nothing is known of what was seen. */
const UNKNOWN = 0;
/** Those that mean a place on the picture; the others end or give up what one of them began. */
const AIMED = /** @type {readonly number[]} */ ([EventKind.DOWN, EventKind.DOUBLE]);

/**
 * @typedef {object} PlacedEventsOutlet
 * @property {(drawn: number) => number} revisionOf the revision that the picture of this RTP timestamp shows; 0 = not known (yet)
 * @property {(event: Done & {revision: number}, time: number) => void} place it is known what the event means
 * @property {(callback: () => void, ms: number) => () => void} after
 */

export class PlacedEvents {
  #outlet;
  /** @type {{event: Done, revision: number, drawn: number | null, time: number}[]} */
  #waiting = [];
  /** @type {(() => void) | null} */
  #cancel = null;

  /** @param {PlacedEventsOutlet} outlet */
  constructor(outlet) {
    this.#outlet = outlet;
  }

  /** Whether some event waits for words. */
  get isWaiting() {
    return this.#waiting.length > 0;
  }

  /**
   * @param {Done} event
   * @param {{revision: number, drawn: number | null}} glass what is shown: its revision, 0 = not known; its RTP timestamp
   * @param {number} time
   */
  add(event, { revision, drawn }, time) {
    const isKnown = revision !== UNKNOWN || drawn === null || !AIMED.includes(event.kind);
    if (isKnown && !this.isWaiting) {
      this.#outlet.place({ ...event, revision }, time);
      return;
    }
    this.#waiting.push({ event, revision, drawn: isKnown ? null : drawn, time });
    this.#cancel ??= this.#outlet.after(() => this.#giveUp(), WORDS_MS);
  }

  /** Words have come, perhaps those that are waited for. */
  settle() {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const revision = next.drawn === null ? next.revision : this.#outlet.revisionOf(next.drawn);
      if (revision === UNKNOWN && next.drawn !== null) return;
      this.#placeFirst(revision);
    }
    this.#stop();
  }

  /** Nothing of it is done. */
  forget() {
    this.#waiting = [];
    this.#stop();
  }

  #giveUp() {
    this.#cancel = null;
    this.settle();
    if (!this.isWaiting) return;
    this.#placeFirst(UNKNOWN);
    this.settle();
    if (this.isWaiting) this.#cancel ??= this.#outlet.after(() => this.#giveUp(), WORDS_MS);
  }

  /** @param {number} revision */
  #placeFirst(revision) {
    const first = this.#waiting.shift();
    if (first) this.#outlet.place({ ...first.event, revision }, first.time);
  }

  #stop() {
    this.#cancel?.();
    this.#cancel = null;
  }
}
