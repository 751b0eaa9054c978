/**
 * The scroll bar at a viewport's right edge: where the image is, what is loaded, failed, already seen; its thumb can be dragged. For hand
 * and eye alone: keys scroll the viewport.
 */

import { element, svg } from './element.js';

/** @typedef {import('../protocol/control.js').Progress} Progress */

export class ScrollBar {
  element;
  #loaded = svg('path', { class: 'bar-loaded' });
  #seen = svg('path', { class: 'bar-seen' });
  #failed = svg('path', { class: 'bar-failed' });
  #map = svg('svg', { class: 'bar-map', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  #thumb = element('div', { class: 'bar-thumb' });
  #ghost = element('div', { class: 'bar-ghost', hidden: true });
  #images = 0;
  #image = 0;
  #go;
  #drawn = '';

  /** @param {(image: number) => void} go asks for an image, 0-based */
  constructor(go) {
    this.#go = go;
    this.#map.append(this.#loaded, this.#seen, this.#failed);
    this.element = element(
      'div',
      { class: 'scroll-bar', 'aria-hidden': 'true', 'data-own-pointer': true },
      this.#map,
      this.#thumb,
      this.#ghost,
    );
    this.element.addEventListener('pointerdown', (event) => this.#press(event));
    this.element.addEventListener('pointermove', (event) => this.#drag(event));
    this.element.addEventListener('lostpointercapture', () => this.#settle());
  }

  /**
   * @param {number} image 0-based
   * @param {number} images
   */
  update(image, images) {
    this.element.hidden = images < 2;
    if (image === this.#image && images === this.#images) return;
    this.#image = image;
    this.#images = images;
    this.#place(this.#thumb, image);
    if (!this.element.classList.contains('dragging')) this.#ghost.hidden = true;
  }

  /**
   * @param {Progress | null} progress
   * @param {ReadonlySet<number> | null} seen
   * @param {number} total
   */
  paint(progress, seen, total) {
    const drawn = `${total} ${progress?.present} ${progress?.failed?.length} ${seen?.size}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.classList.toggle('loading', progress !== null && progress.present + (progress.failed?.length ?? 0) < total);
    this.#map.setAttribute('viewBox', `0 0 1 ${Math.max(1, total)}`);
    this.#loaded.setAttribute('d', runsPath(progress?.spans ?? []));
    this.#failed.setAttribute('d', runsPath((progress?.failed ?? []).map((index) => [index, index + 1])));
    this.#seen.setAttribute('d', runsPath(seen ? runs(seen) : []));
  }

  /**
   * @param {HTMLElement} thumb
   * @param {number} image
   */
  #place(thumb, image) {
    const height = Math.max(8, 100 / Math.max(1, this.#images));
    thumb.style.height = `max(${height}%, 20px)`;
    const share = this.#images > 1 ? image / (this.#images - 1) : 0;
    thumb.style.top = `calc(${share} * (100% - max(${height}%, 20px)))`;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('dragging');
    this.#aim(event);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (this.element.classList.contains('dragging')) this.#aim(event);
  }

  /** @param {PointerEvent} event */
  #aim(event) {
    const box = this.element.getBoundingClientRect();
    const height = Math.max(20, box.height * Math.max(0.08, 1 / this.#images));
    const share = (event.clientY - box.top - height / 2) / Math.max(1, box.height - height);
    const image = Math.round(Math.min(1, Math.max(0, share)) * (this.#images - 1));
    // Hollow and dashed until the picture confirms it.
    this.#ghost.hidden = false;
    this.#place(this.#ghost, image);
    this.#go(image);
  }

  #settle() {
    this.element.classList.remove('dragging');
    this.#ghost.hidden = true;
  }
}

/**
 * @param {Iterable<number>} members
 * @returns {[number, number][]} runs [first, end)
 */
export function runs(members) {
  /** @type {[number, number][]} */
  const found = [];
  for (const index of [...members].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === index) last[1] = index + 1;
    else found.push([index, index + 1]);
  }
  return found;
}

/** @param {readonly (readonly [number, number])[]} spans */
function runsPath(spans) {
  return spans.map(([first, end]) => `M0 ${first}H1V${end}H0Z`).join('');
}
