/** One line at the bottom: what happened, in words, and what to do. The newest replaces the one before. What went wrong is never cut. */

import { element, say } from './element.js';
import { resumedText } from '../text/en_resumed.js';
import { icon } from './icon.js';

const INFO_MS = 6_000;
/** Codes of notices about one act of the hand. */
const ACTS = new Set(['cancelled', 'stale-revision']);

export class MessageBar extends HTMLElement {
  #sign = element('span', { class: 'message-sign' });
  #words = element('span', { class: 'message-words' });
  #offer = element('button', { type: 'button', class: 'message-offer', hidden: true });
  #aside = element('span', { class: 'message-aside' });
  #standing = element('span', { class: 'message-standing', role: 'alert', hidden: true });
  #noted = '';
  #isOfAct = false;
  /** What passing state the words are of; nothing = of none. */
  #code = '';
  #timer = 0;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const line = element('span', { class: 'message-line', role: 'status', 'aria-live': 'polite' }, this.#sign, this.#words);
    this.append(this.#standing, line, this.#offer, this.#aside);
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

  /** A warning about something that the hand did, which did not count; it goes with the hand's next act. @param {string} words */
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
    this.stand('', '');
  }

  /** The hand acts again on a live picture. */
  acted() {
    if (this.#isOfAct) this.clear();
  }

  /**
   * What stays until the reader has noted it, whatever else is said. What was noted on this page is not said again.
   * @param {string} words empty = nothing stands
   * @param {string} which by what it is known again
   * @param {() => void} [onNoted] when it is noted, and when it comes again although it was: then the host has not heard it
   */
  stand(words, which, onNoted = () => undefined) {
    const noted = () => {
      this.#noted = which;
      this.#standing.hidden = true;
      onNoted();
    };
    this.#standing.hidden = words === '' || which === this.#noted;
    if (words !== '' && which === this.#noted) onNoted();
    this.#standing.replaceChildren(element('span', {}, words), element('button', { type: 'button', onclick: noted }, resumedText.noted));
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
