/**
 * Pointers → gestures. One mouse, pen or finger is a gesture of its own; two fingers are one gesture with a centroid and a scale.
 * Coordinates are CSS pixels here. Pure: DOM-like samples in, gesture events out.
 */

import { EventKind, PointerType } from '../protocol/moves.js';

/** @typedef {{id: number, pointerType: string, x: number, y: number, button: number, buttons: number, time: number}} PointerSample */
/**
 * @typedef {object} GestureEvent
 * @property {number} kind
 * @property {number} gesture
 * @property {number} pointer
 * @property {number} button
 * @property {number} x
 * @property {number} y
 */

/** A finger that has not moved further than this may still become one of two. */
const SLOP = 6;
const SECOND_FINGER_MS = 120;
const DOUBLE_MS = 400;
const DOUBLE_DISTANCE = 12;
/** A hand that has moved less than this has not moved, CSS px; the host's measure of a click is the same. */
export const MOVED = 4;

export class Gestures {
  /** Where the hand is now. */
  now = { gesture: 0, buttons: 0, pointer: /** @type {number} */ (PointerType.MOUSE), x: 0, y: 0, scale: 1 };
  #count = 0;
  /** @type {Map<number, PointerSample>} the fingers and buttons that are down */
  #down = new Map();
  /** @type {PointerSample | null} a finger whose DOWN is not told yet */
  #undecided = null;
  /** @type {GestureEvent | null} the DOWN of the gesture that is told and not ended */
  #open = null;
  #distance = 1;
  #pen = false;
  /** @type {{x: number, y: number, time: number} | null} */
  #tap = null;

  /** Whether a gesture has begun and not ended. */
  get isOpen() {
    return this.#open !== null;
  }

  /**
   * @param {PointerSample} sample
   * @returns {GestureEvent[]}
   */
  down(sample) {
    const touch = sample.pointerType === 'touch';
    if (touch && this.#pen) return [];
    if (sample.pointerType === 'pen') this.#pen = true;
    if (touch && this.#down.size >= 2) return [];
    const others = this.#down.size;
    if (!touch && others > 0) return [];
    this.#down.set(sample.id, sample);
    if (touch && others === 1) return this.#twoFingers();
    if (touch) {
      this.#undecided = sample;
      this.#place(sample, 0);
      return [];
    }
    return [this.#begin(sample, sample.pointerType === 'pen' ? PointerType.PEN : PointerType.MOUSE, sample.button)];
  }

  /**
   * @param {PointerSample} sample
   * @returns {GestureEvent[]}
   */
  move(sample) {
    const known = this.#down.get(sample.id);
    if (!known) {
      if (this.#down.size === 0 && sample.pointerType !== 'touch') {
        this.now.pointer = sample.pointerType === 'pen' ? PointerType.PEN : PointerType.MOUSE;
        this.#place(sample, 0);
      }
      return [];
    }
    this.#down.set(sample.id, { ...sample, button: known.button });
    if (this.#open?.pointer === PointerType.TWO_FINGERS) {
      this.#follow();
      return [];
    }
    const events = this.#decide(sample);
    this.#place(sample, this.#open ? Math.max(1, sample.buttons) : 0);
    return events;
  }

  /**
   * @param {PointerSample} sample
   * @returns {GestureEvent[]}
   */
  up(sample) {
    const known = this.#down.get(sample.id);
    if (!known) return [];
    this.#down.delete(sample.id);
    if (sample.pointerType === 'pen') this.#pen = false;
    if (this.#open?.pointer === PointerType.TWO_FINGERS) {
      const end = this.#end(EventKind.UP, this.now.x, this.now.y);
      // The finger that stays must not start to scroll: it is spent.
      this.#down.clear();
      return end;
    }
    const events = this.#undecided ? [this.#beginUndecided()] : [];
    if (!this.#open) return events;
    const { button, x: downX, y: downY } = this.#open;
    events.push(...this.#end(EventKind.UP, sample.x, sample.y));
    return events.concat(this.#doubled(sample, button, Math.hypot(sample.x - downX, sample.y - downY)));
  }

  /** Focus, capture or the page is lost: everything is let go. */
  release() {
    this.#down.clear();
    this.#undecided = null;
    this.#pen = false;
    this.#tap = null;
    this.now = { ...this.now, buttons: 0, scale: 1 };
    return this.#end(EventKind.CANCEL, this.now.x, this.now.y);
  }

  /**
   * A finger that rests is a gesture too, once no second one can be expected.
   * @param {number} time
   * @returns {GestureEvent[]}
   */
  tick(time) {
    if (!this.#undecided || time - this.#undecided.time < SECOND_FINGER_MS) return [];
    return [this.#beginUndecided()];
  }

  /** @param {PointerSample} sample */
  #decide(sample) {
    const first = this.#undecided;
    if (!first || Math.hypot(sample.x - first.x, sample.y - first.y) <= SLOP) return [];
    return [this.#beginUndecided()];
  }

  #beginUndecided() {
    const first = /** @type {PointerSample} */ (this.#undecided);
    this.#undecided = null;
    return this.#begin(first, PointerType.TOUCH, 0);
  }

  #twoFingers() {
    const events = this.#end(EventKind.CANCEL, this.now.x, this.now.y);
    this.#undecided = null;
    const { x, y, distance } = this.#pair();
    this.#distance = distance;
    events.push(this.#begin({ x, y, buttons: 1 }, PointerType.TWO_FINGERS, 0));
    return events;
  }

  #follow() {
    const { x, y, distance } = this.#pair();
    this.now = { ...this.now, x, y, scale: distance / this.#distance };
  }

  #pair() {
    const [a, b] = [...this.#down.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  /**
   * @param {{x: number, y: number, buttons: number}} at
   * @param {number} pointer
   * @param {number} button
   * @returns {GestureEvent}
   */
  #begin(at, pointer, button) {
    this.#count = (this.#count % 0xffff) + 1;
    this.now = { gesture: this.#count, buttons: Math.max(1, at.buttons), pointer, x: at.x, y: at.y, scale: 1 };
    this.#open = { kind: EventKind.DOWN, gesture: this.#count, pointer, button, x: at.x, y: at.y };
    return this.#open;
  }

  /**
   * @param {number} kind
   * @param {number} x
   * @param {number} y
   * @returns {GestureEvent[]}
   */
  #end(kind, x, y) {
    const open = this.#open;
    this.#open = null;
    this.now = { ...this.now, x, y, buttons: 0 };
    return open ? [{ ...open, kind, x, y }] : [];
  }

  /**
   * @param {PointerSample} sample
   * @param {number} buttons
   */
  #place(sample, buttons) {
    this.now = { ...this.now, buttons, x: sample.x, y: sample.y };
  }

  /**
   * @param {PointerSample} sample
   * @param {number} button
   * @param {number} moved
   * @returns {GestureEvent[]}
   */
  #doubled(sample, button, moved) {
    const tap = this.#tap;
    this.#tap = null;
    if (button !== 0 || moved > MOVED) return [];
    const near = tap && Math.hypot(tap.x - sample.x, tap.y - sample.y) <= DOUBLE_DISTANCE;
    if (!near || sample.time - tap.time > DOUBLE_MS) {
      this.#tap = { x: sample.x, y: sample.y, time: sample.time };
      return [];
    }
    const { gesture, pointer } = this.now;
    return [{ kind: EventKind.DOUBLE, gesture, pointer, button, x: sample.x, y: sample.y }];
  }
}
