/** Says in words that stand until they are noted what came back older than this page had it, marks and view, whatever the cause. */

import { clockTime } from '../format/device_clock.js';
import { resumedText } from '../text/en_resumed.js';
import { HeldMarks } from './held_marks.js';
import { markWords } from './mark_words.js';

/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./held_marks.js').Older} Older */
/** @typedef {readonly ({series: number, image: number} | null)[]} Images of stacks, by viewport; null = another kind, or nothing */

/** So many marks are named one by one. */
const MOST_NAMED = 5;

export class CameBack {
  #messages;
  #reading;
  #marks = new HeldMarks();
  /** What was on the glass before, where it should come back; null = nothing is expected. @type {Images | null} */
  #view = null;
  /** By study, what the reader has not noted. @type {Map<string, string[]>} */
  #unnoted = new Map();
  /** How often something was said to have come back older. */
  #count = 0;

  /**
   * @param {Pick<import('../ui/message_bar.js').MessageBar, 'stand'>} messages
   * @param {Pick<Reading, 'opened' | 'marks' | 'onGlass' | 'series'>} reading
   */
  constructor(messages, reading) {
    this.#messages = messages;
    this.#reading = reading;
  }

  /** The study is open; `goesOn`: in the session in which this page had it. @param {boolean} goesOn */
  opened(goesOn) {
    const { opened, onGlass } = this.#reading;
    if (!opened) return;
    this.#marks.opened(opened.study.study);
    // Where its images changed the view may be another for that reason, which is said.
    this.#view = goesOn || onGlass.length === 0 || opened.changes.length > 0 ? null : onGlass;
    this.#stand([]);
  }

  /** The marks are new, or it is known whether they are saved. */
  marked() {
    const { marks } = this.#reading;
    const older = marks ? this.#marks.told(marks, (index) => this.#number(index)) : [];
    if (older.length > 0) this.#stand(olderMarkWords(older));
  }

  /** The first image since it was opened is on the glass. */
  pictured() {
    const [before, now] = [this.#view, this.#reading.onGlass];
    this.#view = null;
    const words = before ? olderViewWords(before, now, (index) => resumedText.series(this.#number(index))) : [];
    if (words.length > 0) this.#stand(words);
  }

  /** @param {number} index of a series */
  #number(index) {
    return this.#reading.series(index)?.number ?? null;
  }

  /** @param {readonly string[]} sentences beside those that are not noted yet */
  #stand(sentences) {
    const study = this.#reading.opened?.study.study;
    if (!study) return;
    const all = [...(this.#unnoted.get(study) ?? []), ...sentences];
    if (all.length === 0) return;
    this.#unnoted.set(study, all);
    this.#count += 1;
    this.#messages.stand(resumedText.older(all), String(this.#count), () => this.#unnoted.delete(study), 'older');
  }
}

/**
 * @param {readonly Older[]} older
 */
export function olderMarkWords(older) {
  return /** @type {const} */ (['lost', 'changed', 'deleted']).flatMap((of) => {
    const those = older.filter((each) => each.of === of);
    if (those.length === 0) return [];
    const named = those.map(({ seen, at, isSaved }) => {
      const when = at ? clockTime(at * 1000) : '';
      return seen ? resumedText.olderMark(seen.kind, markWords(seen), seen.image + 1, resumedText.series(seen.series), when, isSaved) : '';
    });
    return [resumedText.olderMarks[of](named, MOST_NAMED)];
  });
}

/**
 * @param {Images} before
 * @param {Images} now
 * @param {(index: number) => string} series
 */
export function olderViewWords(before, now, series) {
  if (before.length !== now.length) return [resumedText.olderLayout(now.length, before.length)];
  return before.flatMap((was, viewport) => {
    const is = now[viewport];
    if (!was || !is || (was.series === is.series && was.image === is.image)) return [];
    return [resumedText.olderView(is.image + 1, series(is.series), was.image + 1, series(was.series))];
  });
}
