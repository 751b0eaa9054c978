/** A bounded row of measured values, the oldest first. Pure. */

export class Samples {
  #most;
  /** @type {number[]} */
  #values = [];

  /** @param {number} most that are kept */
  constructor(most) {
    this.#most = most;
  }

  /** @param {number} value */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > this.#most) this.#values.shift();
  }

  get count() {
    return this.#values.length;
  }

  clear() {
    this.#values = [];
  }

  /**
   * The value that a share of all is not above (nearest rank), or null.
   * @param {number} share 0.5 = the median
   */
  quantile(share) {
    if (this.#values.length === 0) return null;
    const sorted = [...this.#values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
