/**
 * Whether the page itself was awake: a page that was frozen, asleep or busy heard nothing because it did not listen. Pure.
 *
 * Two clocks are asked, since the one that never jumps (performance.now) stands still while some devices sleep.
 */

/** So much later than it was to come a tick tells of a page that slept, or was busy. */
const SLEPT_MS = 1_900;
const BUSY_MS = 200;
/** Browsers let hidden pages tick once a second, some once a minute. */
const HIDDEN_SLEPT_MS = 69_900;
const HIDDEN_BUSY_MS = 1_200;

export class Wakefulness {
  /** @type {number | null} */
  #now = null;
  #wall = 0;
  #wasBusy = false;

  /**
   * Called at every tick.
   * @param {number} now performance.now, ms
   * @param {number} wall Date.now, ms
   * @param {boolean} hidden
   * @param {number} planned ms after the one before, when it was to come
   * @returns {'awake' | 'busy' | 'slept'} since the tick before; not busy twice running, or a slow page would never look
   */
  tick(now, wall, hidden, planned) {
    const late = this.#now === null ? 0 : Math.max(now - this.#now, wall - this.#wall) - planned;
    this.#now = now;
    this.#wall = wall;
    if (late >= (hidden ? HIDDEN_SLEPT_MS : SLEPT_MS)) return 'slept';
    this.#wasBusy = late >= (hidden ? HIDDEN_BUSY_MS : BUSY_MS) && !this.#wasBusy;
    return this.#wasBusy ? 'busy' : 'awake';
  }
}
