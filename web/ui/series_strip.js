/** The series of the study as thumbnails: pick one for the active viewport, or drag it onto any. */

import { ThumbnailDrag } from '../input/thumbnail_drag.js';
import { text } from '../text/en.js';
import { toolText } from '../text/en_tools.js';
import { completenessLines, counted, unevenWords } from '../viewer/completeness.js';
import { partWords } from '../viewer/part_words.js';
import { element, say } from './element.js';

/** @typedef {import('../protocol/records.js').SeriesInfo} SeriesInfo */
/** @typedef {import('../protocol/control.js').Progress} Progress */

/**
 * @typedef {object} StripEvents
 * @property {(series: number) => void} pick
 * @property {(series: number, x: number, y: number) => void} drag the thumbnail is over this point of the page
 * @property {(series: number, x: number, y: number) => void} drop
 * @property {() => void} dragEnd
 */

export class SeriesStrip extends HTMLElement {
  /** @type {Map<number, {button: HTMLButtonElement, canvas: HTMLCanvasElement, count: HTMLElement, line: HTMLElement, dot: HTMLElement, info: SeriesInfo, name: string}>} */
  #cards = new Map();
  /** @type {StripEvents | null} */
  #events = null;
  #ghost = element('div', { class: 'strip-ghost', hidden: true });
  #drag = new ThumbnailDrag({
    begin: (series) => {
      this.#ghost.replaceChildren(/** @type {Node} */ (this.#copyOf(series)));
      this.#ghost.hidden = false;
    },
    over: (series, x, y) => this.#events?.drag(series, x, y),
    end: () => {
      this.#ghost.hidden = true;
      this.#ghost.replaceChildren();
      this.#events?.dragEnd();
    },
    drop: (series, x, y) => this.#events?.drop(series, x, y),
  });

  connectedCallback() {
    this.setAttribute('aria-label', toolText.strip.label);
    this.setAttribute('role', 'group');
  }

  /** @param {StripEvents} events */
  connect(events) {
    this.#events = events;
    document.body.append(this.#ghost);
    window.addEventListener('blur', () => this.#drag.cancel());
  }

  /** Nothing of the study before may remain, nor a thumbnail of it under the hand. */
  clear() {
    this.#drag.cancel();
    this.#cards.clear();
    this.replaceChildren();
  }

  /** @param {readonly SeriesInfo[]} series */
  list(series) {
    this.clear();
    for (const info of series) this.append(this.#card(info));
  }

  /** @param {SeriesInfo} info */
  #card(info) {
    const canvas = element('canvas', { width: 1, height: 1, 'aria-hidden': 'true' });
    const count = element('span', { class: 'strip-count number' });
    const line = element('span', { class: 'strip-progress' });
    const dot = element('span', { class: 'strip-dot', role: 'img' });
    const part = partWords(info);
    const name = [info.number ?? '', info.description || text.noDescription].filter((part) => part !== '').join(' · ');
    const button = element(
      'button',
      { type: 'button', class: 'strip-card', 'data-series': info.series, 'data-index': info.index },
      element(
        'span',
        { class: 'strip-picture' },
        canvas,
        element('span', { class: 'chip' }, info.modality),
        count,
        dot,
        line,
      ),
      element('span', { class: 'strip-name' }, name),
      part ? element('span', { class: 'strip-part' }, part) : null,
      info.fault ? element('span', { class: 'strip-fault' }, info.fault) : null,
    );
    if (info.fault) button.setAttribute('data-tip', info.fault);
    if (info.fault) button.classList.add('fault');
    if (info.patient) {
      button.classList.add('another-patient');
      button.append(element('span', { class: 'strip-person' }, text.likeness.strip));
    }
    this.#cards.set(info.index, { button, canvas, count, line, dot, info, name: [name, part].filter(Boolean).join(', ') });
    this.#draggable(button, info.index);
    this.#count(info.index, null);
    return button;
  }

  /**
   * @param {number} index
   * @param {string} png base64
   */
  async picture(index, png) {
    const card = this.#cards.get(index);
    if (!card) return;
    const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' })).catch(() => null);
    // The study may have changed while the picture was decoded.
    if (!bitmap || this.#cards.get(index) !== card) return;
    card.canvas.width = bitmap.width;
    card.canvas.height = bitmap.height;
    card.canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    bitmap.close();
  }

  /** @param {Progress} progress */
  progress(progress) {
    this.#count(progress.series, progress);
  }

  /**
   * @param {number} index
   * @param {Progress | null} progress
   */
  #count(index, progress) {
    const card = this.#cards.get(index);
    if (!card) return;
    const { present = 0, total = card.info.images } = progress ?? {};
    const { images, declared } = counted(card.info, progress);
    // What can't be read is not waited for any more.
    const isLoading = progress !== null && present < total - (progress.failures ?? 0);
    const count = isLoading ? toolText.strip.loading(present, total) : images < declared ? toolText.strip.loading(images, declared) : String(declared);
    say(card.count, [count, unevenWords(card.info)].filter(Boolean).join(', '));
    const lacks = completenessLines(card.info, progress);
    card.count.classList.toggle('lacking', lacks.length > 0);
    if (!card.info.fault) card.button.setAttribute('data-tip', [card.name, toolText.strip.images(card.info.images), ...lacks].join(', '));
    card.line.style.transform = `scaleX(${total > 0 && progress ? present / total : 0})`;
    card.line.hidden = !isLoading;
    card.button.classList.toggle('incomplete', isLoading && Boolean(progress?.problem));
  }

  /**
   * @param {number} active the series of the active viewport
   * @param {ReadonlySet<number>} visible series in any viewport
   * @param {ReadonlySet<number>} seen series that were shown
   */
  mark(active, visible, seen) {
    for (const [index, { button, dot }] of this.#cards) {
      if (index === active) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
      button.classList.toggle('visible', visible.has(index));
      const wasShown = seen.has(index);
      dot.classList.toggle('shown', wasShown);
      dot.setAttribute('aria-label', wasShown ? toolText.strip.shown : toolText.strip.notShown);
    }
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {number} index
   */
  #draggable(button, index) {
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      this.#drag.press(index, event.clientX, event.clientY);
      if (event.isTrusted) button.setPointerCapture(event.pointerId);
    });
    button.addEventListener('pointermove', (event) => {
      this.#drag.move(event.clientX, event.clientY);
      this.#ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    });
    button.addEventListener('pointerup', (event) => this.#drag.lift(event.clientX, event.clientY));
    button.addEventListener('pointercancel', () => this.#drag.cancel());
    button.addEventListener('lostpointercapture', () => this.#drag.cancel());
    button.addEventListener('click', (event) => this.#drag.picks(event.detail) && this.#events?.pick(index));
  }

  /** The reader gives a drag up. @returns {boolean} whether a thumbnail was being dragged */
  letGo() {
    return this.#drag.cancel();
  }

  /** @param {number} index */
  #copyOf(index) {
    const source = this.#cards.get(index)?.canvas;
    const copy = element('canvas', { width: source?.width ?? 1, height: source?.height ?? 1 });
    if (source) copy.getContext('2d')?.drawImage(source, 0, 0);
    return copy;
  }
}

customElements.define('fv-series-strip', SeriesStrip);
