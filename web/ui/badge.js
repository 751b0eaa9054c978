/** Fidelity, latency and connection in one place: what the reader may believe of the picture. Never green unless proven. */

import { text } from '../text/en.js';
import { element, say } from './element.js';
import { icon } from './icon.js';

/** @typedef {import('../picture/standing.js').Standing} Standing */

/** Of each standing another shape, beside its colour. */
const SIGNS = { exact: 'check', minified: 'checkFewer', reserved: 'warning', lossy: 'tilde', anotherPatient: 'warning', mismatch: 'close', notLive: 'close', noPicture: 'more' };

export class Badge extends HTMLElement {
  #sign = element('span', { class: 'badge-sign' });
  #fidelity = element('span', { class: 'badge-fidelity', role: 'status' });
  #ratio = element('span', { class: 'badge-ratio number' });
  #latency = element('span', { class: 'badge-latency number' });
  #button = element('button', { type: 'button', class: 'badge-button', 'aria-expanded': 'false', 'aria-description': text.badge.open });
  /** @type {Standing | null} */
  #shown = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const words = element('span', { class: 'badge-words' }, this.#fidelity, this.#ratio);
    this.#button.append(this.#sign, words, this.#latency);
    this.append(this.#button);
    this.show('noPicture', '', '', '', '');
  }

  /** @param {() => void} press */
  connect(press) {
    this.#button.addEventListener('click', press);
  }

  /** The keys' focus comes to it. */
  reach() {
    this.#button.focus({ preventScroll: true });
  }

  /** @param {boolean} isOpen whether the figures are shown beside it */
  set expanded(isOpen) {
    this.#button.setAttribute('aria-expanded', String(isOpen));
  }

  /**
   * @param {Standing} standing
   * @param {string} words what stands in the place of the plain word; nothing = it stands itself
   * @param {string} ratio "41:1", or nothing
   * @param {string} latency "42 ms", or nothing
   * @param {string} tip why, and the figures
   */
  show(standing, words, ratio, latency, tip) {
    if (standing !== this.#shown) {
      this.#shown = standing;
      this.dataset.fidelity = standing;
      this.#sign.replaceChildren(icon(SIGNS[standing]));
    }
    say(this.#fidelity, words || text.badge[standing]);
    say(this.#ratio, ratio && ` · ${ratio}`);
    say(this.#latency, latency);
    if (this.dataset.tip !== tip) this.dataset.tip = tip;
  }
}

customElements.define('fv-badge', Badge);
