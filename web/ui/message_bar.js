/** One line at the bottom: what happened, in words, and what to do. The newest replaces the one before. What went wrong is never cut. */

import { element, say } from './element.js';
import { icon } from './icon.js';

const INFO_MS = 6_000;

export class MessageBar extends HTMLElement {
  #sign = element('span', { class: 'message-sign' });
  #words = element('span', { class: 'message-words' });
  #aside = element('span', { class: 'message-aside' });
  #timer = 0;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const line = element('span', { class: 'message-line', role: 'status', 'aria-live': 'polite' }, this.#sign, this.#words);
    this.append(line, this.#aside);
  }

  /**
   * @param {'info' | 'warning' | 'error'} level
   * @param {string} words
   */
  say(level, words) {
    clearTimeout(this.#timer);
    this.dataset.level = level;
    this.#sign.replaceChildren(...(level === 'info' ? [] : [icon(level === 'error' ? 'close' : 'warning')]));
    say(this.#words, words);
    if (level === 'info') this.#timer = window.setTimeout(() => this.clear(), INFO_MS);
  }

  /** What was said holds no more; where something else was said since, that stays. @param {string} words */
  unsay(words) {
    if (words && this.#words.textContent === words) this.clear();
  }

  clear() {
    clearTimeout(this.#timer);
    delete this.dataset.level;
    this.#sign.replaceChildren();
    say(this.#words, '');
  }

  /** @param {string} words what always stands at the right: host, renderer */
  aside(words) {
    say(this.#aside, words);
  }
}

customElements.define('fv-message-bar', MessageBar);
