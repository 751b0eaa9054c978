/**
 * When the page beats, and when its keeper looks at the seat: ten times a second while something happens, or is missed; at rest only when
 * something falls due, its own beat or the silence after which a beat of the host is missed. So a page at rest costs next to nothing.
 */

import { BEAT_MS, REST_BEAT_MS } from '../protocol/limits.js';
import { Rhythm } from './rhythm.js';
import { Wakefulness } from './wakefulness.js';

export const TICK_MS = 100;
/** A seat that is silent for so long has lost a beat. */
const QUIET_MS = 400;
const QUIET_AT_REST_MS = QUIET_MS + REST_BEAT_MS - BEAT_MS;

/** @typedef {{epoch: number, revision: number, rtp: number, pictures: number}} Shown */
/**
 * @typedef {object} Desk
 * @property {() => number | null} sign when the seat in use was heard of last; null = there is none
 * @property {() => boolean} isUneasy whether another seat is made or waited for, or this one has to prove itself
 * @property {() => Shown} shown what is on the glass
 * @property {(shown: Shown) => void} beat
 * @property {(now: number, was: 'awake' | 'busy' | 'slept') => void} look `was`: since the look before
 */
/**
 * @typedef {object} Clock
 * @property {() => number} now never jumps, ms
 * @property {() => number} wall ms
 * @property {(call: () => void, ms: number) => number} after
 * @property {(timer: number) => void} cancel
 * @property {() => boolean} isHidden whether the page is
 */

/** @type {Clock} */
const BROWSER = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after: (call, ms) => window.setTimeout(call, ms),
  cancel: (timer) => window.clearTimeout(timer),
  isHidden: () => document.hidden,
};

export class Vigil {
  #desk;
  #clock;
  #rhythm = new Rhythm();
  #wakefulness = new Wakefulness();
  #timer = 0;
  #due = Infinity;
  /** When it looked last, or began. */
  #looked;
  /** Whether the next look is one of a page at rest, whose moment hangs on what is heard. */
  #isCalm = false;

  /**
   * @param {Desk} desk
   * @param {Clock} [clock]
   */
  constructor(desk, clock = BROWSER) {
    this.#desk = desk;
    this.#clock = clock;
    this.#looked = clock.now();
    this.#wait(TICK_MS);
  }

  /** The hand did something. */
  stir() {
    this.#rhythm.stir(this.#clock.now());
    this.soon();
  }

  /** Something has happened to the seat. */
  soon() {
    this.#isCalm = false;
    if (this.#due - this.#clock.now() > TICK_MS) this.#wait(TICK_MS);
  }

  /** The seat was heard of. */
  heard() {
    const now = this.#clock.now();
    // A look that is late already tells of a page that slept, and is put off by nothing.
    if (this.#isCalm && now < this.#due) this.#wait(this.#calm(now));
  }

  /** A picture came: the host is told soon what is on the glass. */
  pictured() {
    this.#isCalm = false;
    if (this.#due - this.#clock.now() > BEAT_MS) this.#wait(BEAT_MS);
  }

  /** Whether a seat is silent for longer than it should be. @param {number} now @param {number} sign when it was heard of last */
  isQuiet(now, sign) {
    return now - sign >= (this.#rhythm.isResting(now) ? QUIET_AT_REST_MS : QUIET_MS);
  }

  /** Whether both sides beat more slowly. @param {number} now */
  isResting(now) {
    return this.#rhythm.isResting(now);
  }

  #look() {
    const { now, wall, isHidden } = this.#clock;
    const at = now();
    const was = this.#wakefulness.tick(at, wall(), isHidden(), this.#due - this.#looked);
    this.#looked = at;
    // Whatever happens in it, the next look comes.
    this.#isCalm = false;
    this.#wait(TICK_MS);
    this.#beat(at);
    this.#desk.look(at, was);
    this.#plan(now());
  }

  /** @param {number} now */
  #beat(now) {
    const shown = this.#desk.shown();
    if (this.#rhythm.isDue(now, shown)) this.#desk.beat(shown);
  }

  /** @param {number} now */
  #plan(now) {
    const sign = this.#desk.sign();
    this.#isCalm = sign !== null && this.#rhythm.isResting(now) && !this.isQuiet(now, sign) && !this.#desk.isUneasy();
    this.#wait(this.#isCalm ? this.#calm(now) : Math.min(TICK_MS, this.#rhythm.next - now));
  }

  /** @param {number} now @returns {number} ms until something is due on a page at rest */
  #calm(now) {
    return Math.min(this.#rhythm.next, (this.#desk.sign() ?? now) + QUIET_AT_REST_MS) - now;
  }

  /** @param {number} ms */
  #wait(ms) {
    // A browser leaves out what is not a whole millisecond: it would come too early, and for nothing.
    const wait = Math.max(0, Math.ceil(ms));
    this.#clock.cancel(this.#timer);
    this.#due = this.#clock.now() + wait;
    this.#timer = this.#clock.after(() => this.#look(), wait);
  }
}
