/**
 * Whether the page itself was awake: a page that was frozen, asleep or busy heard nothing because it did not listen. Pure.
 *
 * Two clocks are asked, since the one that never jumps (performance.now) stands still while some devices sleep.
 */

const SLEPT_MS = 2_000;
const BUSY_MS = 300;
/** Browsers let hidden pages tick once a second, some once a minute. */
const HIDDEN_SLEPT_MS = 70_000;
const HIDDEN_BUSY_MS = 1_300;

export class Wakefulness {
  /** @type {number | null} */
  #now = null;
  #wall = 0;
  #wasBusy = false;

  /**
   * Called at every tick, ten times a second.
   * @param {number} now performance.now, ms
   * @param {number} wall Date.now, ms
   * @param {boolean} hidden
   * @returns {'awake' | 'busy' | 'slept'} since the tick before; not busy twice running, or a slow page would never look
   */
  tick(now, wall, hidden) {
    const gap = this.#now === null ? 0 : Math.max(now - this.#now, wall - this.#wall);
    this.#now = now;
    this.#wall = wall;
    if (gap >= (hidden ? HIDDEN_SLEPT_MS : SLEPT_MS)) return 'slept';
    this.#wasBusy = gap >= (hidden ? HIDDEN_BUSY_MS : BUSY_MS) && !this.#wasBusy;
    return this.#wasBusy ? 'busy' : 'awake';
  }
}
