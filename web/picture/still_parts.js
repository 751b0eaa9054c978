/** Puts the parts of a still that comes as an image together again. Parts come in order; anything else drops the image. Pure. */

/** @typedef {import('../protocol/stills.js').StillChunk} StillChunk */

export class StillParts {
  #rtp = 0;
  /** @type {Uint8Array<ArrayBuffer> | null} */
  #image = null;
  #filled = 0;

  /**
   * @param {StillChunk} chunk
   * @returns {{rtp: number, image: Uint8Array<ArrayBuffer>} | null} the image, with its last part
   */
  add({ rtp, total, offset, data }) {
    if (offset === 0) {
      this.#rtp = rtp;
      this.#image = new Uint8Array(total);
      this.#filled = 0;
    }
    if (!this.#image || rtp !== this.#rtp || total !== this.#image.length || offset !== this.#filled) {
      this.clear();
      return null;
    }
    this.#image.set(data, offset);
    this.#filled += data.length;
    if (this.#filled < total) return null;
    const image = this.#image;
    this.clear();
    return { rtp, image };
  }

  clear() {
    this.#image = null;
    this.#filled = 0;
  }
}
