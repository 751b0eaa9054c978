/**
 * Keeps what the seat says until the interface is there to hear it; then passes it on, in order, and from then on at once. What
 * is asked of the page, and must be answered at once, is answered by the stand-in until then. Pure.
 */

/** More than this before the interface is there, and it will not come in time: what was kept is of no use. */
const MOST = 1_000;

/** @typedef {Record<string, (...values: any[]) => any>} Listener */

export class EventRelay {
  #standIn;
  /** @type {Listener | null} */
  #listener = null;
  /** @type {[string, any[]][]} */
  #kept = [];
  #overrun = false;

  /** @param {Listener} standIn what answers questions before the interface is there; everything else is kept */
  constructor(standIn) {
    this.#standIn = standIn;
  }

  /**
   * The listener to give to who speaks: any of its methods may be called.
   * @template {object} T
   * @returns {T}
   */
  ear() {
    const get = (/** @type {object} */ _target, /** @type {string} */ name) => this.#method(name);
    return /** @type {T} */ (new Proxy({}, { get }));
  }

  /** Whether so much was said before that it had to be forgotten: whoever speaks must begin anew. */
  get overrun() {
    return this.#overrun;
  }

  /**
   * From now on `listener` hears it all, first what was kept.
   * @param {object} listener
   */
  handOver(listener) {
    this.#listener = /** @type {Listener} */ (listener);
    const kept = this.#kept;
    this.#kept = [];
    for (const [name, values] of kept) this.#listener[name]?.(...values);
  }

  /** @param {string} name */
  #method(name) {
    if (this.#listener) {
      const listener = this.#listener;
      return listener[name] && ((/** @type {any[]} */ ...values) => listener[name](...values));
    }
    return this.#standIn[name] ?? ((/** @type {any[]} */ ...values) => this.#keep(name, values));
  }

  /**
   * @param {string} name
   * @param {any[]} values
   */
  #keep(name, values) {
    if (this.#listener) {
      this.#listener[name]?.(...values);
      return;
    }
    if (this.#kept.length >= MOST) {
      this.#kept = [];
      this.#overrun = true;
    }
    this.#kept.push([name, values]);
  }
}
