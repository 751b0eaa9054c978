/** What the page itself answers when the hand meets marks: a click selects one, and the length tool's line follows at once. */

import { EventKind, PointerType } from '../protocol/moves.js';
import { ViewportKind } from '../protocol/frames.js';
import { MOVED } from '../input/gestures.js';
import { REACH } from './mark_hit.js';
import { PenLine } from './pen_line.js';

/** @typedef {import('../input/gestures.js').GestureEvent} GestureEvent */
/** @typedef {import('../ui/stage.js').Stage} Stage */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('./glass.js').Glass} Glass */

/** Tools whose click means a point, not a mark; the probe's takes hold of a probe. @type {Record<string, string | null>} */
const SELECTS = { crosshair: null, probe: 'probe' };

export class MarkHand {
  #stage;
  #reading;
  #glass;
  #selected;
  #pen;
  /** @type {GestureEvent | null} */
  #pressed = null;

  /**
   * @param {Stage} stage
   * @param {Reading} reading
   * @param {Glass} glass
   * @param {() => void} selected another mark is selected, or none
   */
  constructor(stage, reading, glass, selected) {
    this.#stage = stage;
    this.#reading = reading;
    this.#glass = glass;
    this.#selected = selected;
    this.#pen = new PenLine(reading);
  }

  /**
   * @param {GestureEvent} event CSS px of the stage
   * @param {number} modifiers
   */
  event(event, modifiers) {
    if (event.kind === EventKind.DOWN) this.#down(event, modifiers);
    else if (event.kind === EventKind.UP) this.#up(event);
    else if (event.kind === EventKind.CANCEL) this.#pen.clear();
    if (event.kind !== EventKind.DOWN) this.#pressed = null;
  }

  /** @param {{x: number, y: number}} at CSS px of the stage */
  move({ x, y }) {
    const overlay = this.#pressed && this.#overlay(this.#pressed);
    if (overlay) this.#pen.move(overlay.local(x, y));
  }

  /** The host's marks are new, or are drawn anew. */
  marked() {
    this.#pen.confirmed();
  }

  /** Another study, another seat: what was under the hand is gone. */
  clear() {
    this.#pressed = null;
    this.#pen.clear();
  }

  /**
   * @param {GestureEvent} event
   * @param {number} modifiers
   */
  #down(event, modifiers) {
    this.#pen.clear();
    // Other buttons, held keys and two fingers mean another tool.
    const isPlain = event.button === 0 && modifiers === 0 && event.pointer !== PointerType.TWO_FINGERS;
    this.#pressed = isPlain ? event : null;
    const overlay = this.#overlay(event);
    const record = this.#glass.records[overlay?.index ?? -1];
    const isPlane = record?.kind === ViewportKind.STACK || record?.kind === ViewportKind.MPR;
    if (!isPlain || !overlay || !isPlane || this.#tool !== 'length') return;
    this.#pen.begin(overlay, overlay.local(event.x, event.y), reach(event));
  }

  /** @param {GestureEvent} event */
  #up(event) {
    this.#pen.lift();
    const pressed = this.#pressed;
    if (!pressed || Math.hypot(event.x - pressed.x, event.y - pressed.y) >= MOVED) return;
    const kind = this.#tool in SELECTS ? SELECTS[this.#tool] : '';
    const overlay = this.#overlay(event);
    if (kind === null || !overlay) return;
    const found = overlay.marks?.find(overlay.local(event.x, event.y), reach(event), kind);
    if (this.#reading.select(found?.mark.mark ?? '')) this.#selected();
  }

  get #tool() {
    return this.#reading.snapshot?.tool ?? '';
  }

  /** @param {GestureEvent} event */
  #overlay({ x, y }) {
    return this.#stage.overlayAt(x, y);
  }
}

/** @param {GestureEvent} event */
function reach({ pointer }) {
  return pointer === PointerType.MOUSE ? REACH.mouse : REACH.touch;
}
