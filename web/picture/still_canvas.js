/** Draws exact stills into the one canvas, pixel for pixel, and reads it back. */

import { fromPixels, toPixels } from './planes.js';

/** @typedef {{width: number, height: number, channels: number}} Shape */

export class StillCanvas {
  #painter;
  /** Pixels of stills, kept because a large one is dear to make. @type {ImageData | null} */
  #sheet = null;

  /** @param {Pick<import('./painter.js').Painter, 'fitted' | 'ofSize'>} painter of that canvas */
  constructor(painter) {
    this.#painter = painter;
  }

  /** Nothing of what was drawn is kept here. */
  forget() {
    this.#sheet = null;
  }

  /**
   * @param {Uint8Array} packed as in planes.js
   * @param {Shape} shape
   */
  paint(packed, { width, height, channels }) {
    const context = this.#painter.fitted(width, height);
    if (this.#sheet?.width !== width || this.#sheet.height !== height) this.#sheet = new ImageData(width, height);
    toPixels(packed, channels, new Uint32Array(this.#sheet.data.buffer));
    context.putImageData(this.#sheet, 0, 0);
  }

  /**
   * What the canvas holds, packed; null where it has another size, or a pixel can't be of such a picture.
   * @param {Shape} shape
   * @param {number} [from] the first row
   * @param {number} [rows] how many; at least one
   */
  read(shape, from = 0, rows = shape.height) {
    const context = this.#painter.ofSize(shape);
    return context && fromPixels(new Uint32Array(context.getImageData(0, from, shape.width, rows).data.buffer), shape.channels);
  }
}
