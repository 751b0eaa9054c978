/** Fidelity, latency and connection in one place: what the reader may believe of the picture. Never green unless proven. */

import { text } from '../text/en.js';
import { element, say } from './element.js';
import { icon } from './icon.js';

/** @typedef {'lossy' | 'notLive' | 'noPicture'} Fidelity */

const SIGNS = { lossy: 'tilde', notLive: 'close', noPicture: 'more' };

export class Badge extends HTMLElement {
  #sign = element('span', { class: 'badge-sign' });
  #fidelity = element('span', { class: 'badge-fidelity' });
  #latency = element('span', { class: 'badge-latency number' });
  /** @type {Fidelity | null} */
  #shown = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.setAttribute('role', 'status');
    this.append(this.#sign, this.#fidelity, this.#latency);
    this.show('noPicture', null, '');
  }

  /**
   * @param {Fidelity} fidelity
   * @param {number | null} latency ms, median
   * @param {string} connection where the picture comes from
   */
  show(fidelity, latency, connection) {
    if (fidelity !== this.#shown) {
      this.#shown = fidelity;
      this.dataset.fidelity = fidelity;
      this.#sign.replaceChildren(icon(SIGNS[fidelity]));
    }
    const { badge } = text;
    say(this.#fidelity, badge[fidelity]);
    const ms = latency === null ? '' : String(Math.round(latency));
    say(this.#latency, ms && `${ms}\u202fms`);
    const why = [fidelity === 'lossy' ? badge.lossyWhy : '', ms && badge.latency(ms), connection];
    this.dataset.tip = why.filter(Boolean).join(' ');
  }
}

customElements.define('fv-badge', Badge);
