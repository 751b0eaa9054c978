/** Whether the other side lives: any authenticated packet is a sign; two seconds without one and the picture is not live. Pure. */

import { STALE_AFTER_MS } from '../protocol/limits.js';

/** A worker this silent has crashed or hangs, whatever the host says. */
const NO_WORKER = 65_535;
const LOST_AFTER_MS = 6_000;

export class Liveness {
  /** @type {number | null} */
  #sign = null;
  /** @type {number | null} */
  #wall = null;
  #workerAge = 0;
  #renderer = 'live';

  /** A new seat: nothing was heard of it yet. */
  reset() {
    this.#sign = null;
    this.#workerAge = 0;
    this.#renderer = 'live';
  }

  /**
   * @param {number} now performance.now, ms
   * @param {number} wall Date.now, ms
   */
  heard(now, wall) {
    this.#sign = now;
    if (!this.#rendererIsSilent()) this.#wall = wall;
  }

  /** @param {number} ms age of the worker's last sign, from the host's beat */
  set workerAge(ms) {
    this.#workerAge = ms;
  }

  /** @param {string} state what the host says about the renderer: live, restarting, failed */
  set renderer(state) {
    this.#renderer = state;
  }

  #rendererIsSilent() {
    return this.#renderer !== 'live' || (this.#workerAge > STALE_AFTER_MS && this.#workerAge < NO_WORKER);
  }

  /** When what is shown was last known to be current (Date.now), or null. */
  get lastLive() {
    return this.#wall;
  }

  /**
   * @param {number} now
   * @returns {'unknown' | 'alive' | 'silent' | 'lost'}
   */
  judge(now) {
    if (this.#sign === null) return 'unknown';
    const silence = now - this.#sign;
    if (silence >= LOST_AFTER_MS) return 'lost';
    if (silence >= STALE_AFTER_MS || this.#rendererIsSilent()) return 'silent';
    return 'alive';
  }
}
