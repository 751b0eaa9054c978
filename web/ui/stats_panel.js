/** Where the time goes between hand and picture, how the link is, and the exact picture to save; beside the picture, which goes on. */

import { bytes, fixed, withUnit } from '../format/number.js';
import { PARTS } from '../picture/photon_clock.js';
import { statsText } from '../text/en_stats.js';
import { element, say } from './element.js';
import { icon } from './icon.js';

/** @typedef {{p50: number | null, p95: number | null}} Quantiles ms */
/**
 * @typedef {object} Figures
 * @property {Quantiles} hand
 * @property {Record<string, Quantiles>} parts by name
 * @property {Quantiles} exact last input → proven
 * @property {number | null} roundTrip ms
 * @property {number | null} bitRate bit/s
 * @property {number | null} loss share of packets
 * @property {number | null} pictures a second
 */
/** @typedef {{words: string, reservations: readonly string[], hash: string, size: number, method: string, canSave: boolean, way: string}} Claimed what is claimed of the picture, and of the way it came */

export class StatsPanel extends HTMLElement {
  #words = element('p', { class: 'stats-words' });
  #told = '';
  #reservations = element('ul', { class: 'stats-reservations', hidden: true });
  #hash = element('p', { class: 'stats-hash number quiet' });
  /** @type {Map<string, HTMLElement[]>} */
  #cells = new Map();
  #record = element('button', { type: 'button', class: 'plain' }, statsText.saveRecord);
  #picture = element('button', { type: 'button', class: 'plain' }, statsText.savePicture);
  #about = element('p', { class: 'quiet' });
  /** @type {(isOpen: boolean) => void} */
  #toggled = () => undefined;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.hidden = true;
    this.tabIndex = -1;
    this.setAttribute('data-own-pointer', '');
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', statsText.title);
    const close = element(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': statsText.close, onclick: () => this.toggle(false) },
      icon('close'),
    );
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.toggle(false);
    });
    this.append(
      element('header', {}, element('h2', {}, statsText.title), close),
      this.#words,
      this.#reservations,
      this.#hash,
      element('div', { class: 'stats-buttons' }, this.#record, this.#picture),
      this.#about,
      this.#table(statsText.handTitle, ['total', ...PARTS], { total: statsText.total, ...statsText.parts }, [statsText.p50, statsText.p95]),
      this.#table(statsText.stillTitle, ['lastInput'], { lastInput: statsText.lastInput }, [statsText.p50, statsText.p95]),
      this.#table('', ['size', 'method'], { size: statsText.size, method: statsText.method }, []),
      this.#table(statsText.linkTitle, ['way', 'roundTrip', 'rate', 'loss', 'pictures'], statsText, []),
    );
  }

  /**
   * @param {{saveRecord: () => void, savePicture: () => void, toggled: (isOpen: boolean) => void}} does
   */
  connect({ saveRecord, savePicture, toggled }) {
    this.#record.addEventListener('click', saveRecord);
    this.#picture.addEventListener('click', savePicture);
    this.#toggled = toggled;
  }

  /** @param {boolean} [show] */
  toggle(show = this.hidden) {
    if (show !== this.hidden) return;
    this.hidden = !show;
    this.#toggled(show);
    if (show) this.focus({ preventScroll: true });
  }

  /**
   * @param {Figures} figures
   * @param {Claimed} claimed
   */
  update(figures, claimed) {
    this.#fill('total', ...both(figures.hand));
    for (const part of PARTS) this.#fill(part, ...both(figures.parts[part]));
    this.#fill('lastInput', ...both(figures.exact));
    this.#fill('way', claimed.way || statsText.none);
    this.#fill('roundTrip', milliseconds(figures.roundTrip));
    this.#fill('rate', figures.bitRate ? withUnit(figures.bitRate / 1e6, 1, 'Mbit/s') : statsText.none);
    this.#fill('loss', figures.loss === null ? statsText.none : withUnit(figures.loss * 100, 1, '%'));
    this.#fill('pictures', figures.pictures === null ? statsText.none : fixed(figures.pictures, 0));
    this.claim(claimed);
  }

  /** @param {Claimed} claimed */
  claim({ words, reservations, hash, size, method, canSave }) {
    say(this.#words, words);
    const told = reservations.join('\n');
    if (this.#told !== told) {
      this.#told = told;
      this.#reservations.replaceChildren(...reservations.map((sentence) => element('li', {}, sentence)));
      this.#reservations.hidden = reservations.length === 0;
    }
    say(this.#hash, hash);
    this.#fill('size', size > 0 ? bytes(size) : statsText.none);
    this.#fill('method', statsText.methods[method] ?? statsText.none);
    this.#record.disabled = !canSave;
    this.#picture.disabled = !canSave;
    say(this.#about, canSave ? statsText.record : statsText.notExact);
  }

  /**
   * @param {string} title
   * @param {readonly string[]} names
   * @param {Record<string, any>} labels by name
   * @param {readonly string[]} columns none = one value without a head
   */
  #table(title, names, labels, columns) {
    const rows = names.map((name) => {
      const cells = (columns.length > 0 ? columns : ['']).map(() => element('td', { class: 'number' }, statsText.none));
      this.#cells.set(name, cells);
      return element('tr', { 'data-figure': name }, element('th', { scope: 'row' }, String(labels[name])), ...cells);
    });
    const heads = columns.map((column) => element('th', { scope: 'col' }, column));
    const head = columns.length > 0 ? element('thead', {}, element('tr', {}, element('td'), ...heads)) : null;
    return element('section', {}, title ? element('h3', {}, title) : null, element('table', {}, head, element('tbody', {}, ...rows)));
  }

  /**
   * @param {string} name
   * @param {...string} values
   */
  #fill(name, ...values) {
    this.#cells.get(name)?.forEach((cell, index) => say(cell, values[index] ?? ''));
  }
}

/** @param {Quantiles | undefined} quantiles */
function both(quantiles) {
  return [milliseconds(quantiles?.p50 ?? null), milliseconds(quantiles?.p95 ?? null)];
}

/** @param {number | null} value */
function milliseconds(value) {
  return value === null ? statsText.none : withUnit(value, 0, 'ms');
}

customElements.define('fv-stats', StatsPanel);
