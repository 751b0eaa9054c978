/** Whether the other side lives: any authenticated packet is a sign; two seconds without one and the picture is not live. Pure. */

import { STALE_AFTER_MS } from '../protocol/limits.js';

/** A worker this silent has crashed or hangs, whatever the host says. */
const NO_WORKER = 65_535;
/** A host gives up a page after thirty seconds: so long the seat may come back by itself, while another is made beside it. */
const LOST_AFTER_MS = 25_000;
/** What a page finds in its queues when it wakes was sent long ago. */
const DEAF_MS = 250;

export class Liveness {
  /** @type {number | null} */
  #sign = null;
  /** @type {number | null} */
  #wall = null;
  #deafUntil = -Infinity;
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
    if (now < this.#deafUntil) return;
    this.#sign = now;
    if (!this.#rendererIsSilent()) this.#wall = wall;
  }

  /**
   * The page was not awake: what is shown is old, whatever still lies in its queues.
   * @param {number} now
   */
  woke(now) {
    if (this.#sign === null) return;
    this.#sign = Math.min(this.#sign, now - STALE_AFTER_MS);
    this.#deafUntil = now + DEAF_MS;
  }

  /** When a sign was heard last, or null. */
  get sign() {
    return this.#sign;
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
