/** Proven stills that can be shown again without being sent again, by SHA-256; the one not used for longest goes first. Pure. */

export const MOST_STILLS = 8;
const MOST_BYTES = 64 * 1024 * 1024;

export class HeldStills {
  /** Oldest first. @type {Map<string, Uint8Array>} */
  #stills = new Map();
  #bytes = 0;

  /**
   * @param {string} sha256
   * @returns {Uint8Array | null} the packed bytes
   */
  take(sha256) {
    const packed = this.#stills.get(sha256);
    if (!packed) return null;
    this.#stills.delete(sha256);
    this.#stills.set(sha256, packed);
    return packed;
  }

  /**
   * @param {string} sha256
   * @param {Uint8Array} packed
   */
  keep(sha256, packed) {
    this.#drop(sha256);
    this.#stills.set(sha256, packed);
    this.#bytes += packed.byteLength;
    for (const oldest of this.#stills.keys()) {
      if (this.#stills.size <= MOST_STILLS && this.#bytes <= MOST_BYTES) return;
      this.#drop(oldest);
    }
  }

  clear() {
    this.#stills.clear();
    this.#bytes = 0;
  }

  /** @param {string} sha256 */
  #drop(sha256) {
    this.#bytes -= this.#stills.get(sha256)?.byteLength ?? 0;
    this.#stills.delete(sha256);
  }
}
