/**
 * One line at the bottom: what happened, in words, and what to do. The newest replaces the one before. What went wrong is never cut.
 * What must not be replaced stands in lines of its own above it.
 */

import { element, say } from './element.js';
import { resumedText } from '../text/en_resumed.js';
import { icon } from './icon.js';

const INFO_MS = 6_000;
/** Codes of notices about one act of the hand. */
const ACTS = new Set(['cancelled', 'stale-revision']);
/**
 * What stands, one line each, and until when: `noted` by the reader, or `done` when what the words ask for is done and their state has
 * passed. Of these, what belongs to a study goes with it; all other words pass.
 * @type {Readonly<Record<Place, {until: 'noted' | 'done', ofStudy: boolean}>>}
 */
const PLACES = {
  page: { until: 'done', ofStudy: false },
  parts: { until: 'done', ofStudy: false },
  changes: { until: 'noted', ofStudy: true },
  older: { until: 'noted', ofStudy: true },
};
/**
 * The page is of an earlier version; a part of it did not come; what changed since a study was left; what came back older than it was.
 * @typedef {'page' | 'parts' | 'changes' | 'older'} Place
 */

export class MessageBar extends HTMLElement {
  #sign = element('span', { class: 'message-sign' });
  #words = element('span', { class: 'message-words' });
  #offer = element('button', { type: 'button', class: 'message-offer', hidden: true });
  #aside = element('span', { class: 'message-aside' });
  #standing = new Map(Object.keys(PLACES).map((place) => [place, element('span', { class: 'message-standing', role: 'alert', hidden: true })]));
  /** By place, what was noted on this page. @type {Map<string, string>} */
  #noted = new Map();
  #isOfAct = false;
  /** What passing state the words are of; nothing = of none. */
  #code = '';
  #timer = 0;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const line = element('span', { class: 'message-line', role: 'status', 'aria-live': 'polite' }, this.#sign, this.#words);
    this.append(...this.#standing.values(), line, this.#offer, this.#aside);
  }

  /**
   * @param {'info' | 'warning' | 'error'} level
   * @param {string} words
   * @param {{label: string, take: () => void} | null} [offer] a button behind the words, as long as they stand
   */
  say(level, words, offer = null) {
    clearTimeout(this.#timer);
    this.#offer.hidden = offer === null;
    this.#offer.textContent = offer?.label ?? '';
    this.#offer.onclick = offer && (() => offer.take());
    this.#isOfAct = false;
    this.#code = '';
    this.dataset.level = level;
    this.#sign.replaceChildren(...(level === 'info' ? [] : [icon(level === 'error' ? 'close' : 'warning')]));
    say(this.#words, words);
    if (level === 'info') this.#timer = window.setTimeout(() => this.clear(), INFO_MS);
  }

  /** A warning that holds until the hand does something, as that what it did did not count; it goes with its next act. @param {string} words */
  sayOfAct(words) {
    this.say('warning', words);
    this.#isOfAct = true;
  }

  /** @param {Pick<import('../protocol/control.js').Notice, 'level' | 'code' | 'message'>} notice what the host says; without words = what it said under that code has passed */
  notice({ level, code, message }) {
    if (message === '') {
      this.ended(code);
      return;
    }
    if (ACTS.has(code)) this.sayOfAct(message);
    else this.say(level === 'error' || level === 'warning' ? level : 'info', message);
    this.#code = code;
  }

  /** @param {{code: string, message: string}} rejected what the host refuses */
  refused({ code, message }) {
    this.sayOfAct(message);
    this.#code = code;
  }

  /** A state has passed: what was said of it goes, whatever words it were. @param {string} code of the notice or refusal */
  ended(code) {
    if (code !== '' && code === this.#code) this.clear();
  }

  /** Whether these words stand. @param {string} words */
  says(words) {
    return words !== '' && this.#words.textContent === words;
  }

  /** Nothing of what was said of the study before stays. */
  forget() {
    this.clear();
    for (const [place, { ofStudy }] of Object.entries(PLACES)) if (ofStudy) this.stand('', '', () => undefined, /** @type {Place} */ (place));
  }

  /** The hand acts again on a live picture. */
  acted() {
    if (this.#isOfAct) this.clear();
  }

  /**
   * What stays whatever else is said, until the reader has noted it or its state has passed. What was noted on this page is not said again.
   * @param {string} words empty = nothing stands
   * @param {string} which by what it is known again
   * @param {() => void} [onNoted] when it is noted, and when it comes again although it was: then the host has not heard it
   * @param {Place} [place]
   */
  stand(words, which, onNoted = () => undefined, place = 'changes') {
    const line = this.#standing.get(place);
    if (!line) return;
    const noted = () => {
      this.#noted.set(place, which);
      line.hidden = true;
      onNoted();
    };
    const wasNoted = words !== '' && PLACES[place].until === 'noted' && which === this.#noted.get(place);
    line.hidden = words === '' || wasNoted;
    if (wasNoted) onNoted();
    const button = PLACES[place].until === 'noted' ? [element('button', { type: 'button', onclick: noted }, resumedText.noted)] : [];
    line.replaceChildren(element('span', {}, words), ...button);
  }

  /** What was said holds no more; where something else was said since, that stays. @param {string} words */
  unsay(words) {
    if (words && this.#words.textContent === words) this.clear();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#isOfAct = false;
    this.#code = '';
    delete this.dataset.level;
    this.#sign.replaceChildren();
    this.#offer.hidden = true;
    say(this.#words, '');
  }

  /** @param {string} words what always stands at the right: host, renderer */
  aside(words) {
    say(this.#aside, words);
  }
}

customElements.define('fv-message-bar', MessageBar);
