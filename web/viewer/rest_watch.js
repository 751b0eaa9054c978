/**
 * Doubts the picture at rest after it was proven: each second, and when a style or the page changes, how the browser displays the canvas;
 * each second a strip of the canvas is read back; all of it when the reader comes back to it, when it is displayed as it should be again,
 * and before it is saved. While the picture moves it does nothing at all.
 */

import { displayFault } from '../picture/display_style.js';
import { holds, stripOf } from '../picture/read_back.js';

/** @typedef {import('./glass.js').Proven} Proven */

export const LOOK_MS = 1000;

/**
 * @typedef {object} RestDesk
 * @property {() => Proven | null} proven the still that the canvas should hold
 * @property {(shape: import('../picture/read_back.js').Shape, from: number, rows: number) => Uint8Array | null} read rows of the canvas
 * @property {() => void} changed the browser displays it otherwise than before
 * @property {(proven: Proven) => void} refuted the canvas holds something else
 */

export class RestWatch {
  #canvas;
  #desk;
  #isOn = false;
  #timer = 0;
  #strip = 0;
  /** @type {import('../picture/display_style.js').DisplayFault} */
  #fault = '';
  #observer = new MutationObserver(() => this.#look());

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {RestDesk} desk
   */
  constructor(canvas, desk) {
    this.#canvas = canvas;
    this.#desk = desk;
    for (const name of ['focus', 'resize', 'pageshow']) window.addEventListener(name, () => this.whole());
    document.addEventListener('visibilitychange', () => this.whole());
  }

  /** How the browser alters what it displays; nothing = it does not. */
  get fault() {
    return this.#fault;
  }

  /** @param {boolean} isOn whether the canvas holds a proven picture that nothing has touched since */
  set on(isOn) {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    clearInterval(this.#timer);
    this.#observer.disconnect();
    if (!isOn) return;
    this.#fault = this.#found();
    this.#timer = window.setInterval(() => this.#tick(), LOOK_MS);
    for (let at = /** @type {Element | null} */ (this.#canvas); at; at = at.parentElement) {
      this.#observer.observe(at, { attributes: true, childList: true });
    }
    this.#observer.observe(document.head, { childList: true, subtree: true, characterData: true, attributes: true });
  }

  /** Reads all of it back. @returns {boolean} whether it is the proven picture, displayed as it is */
  whole() {
    if (!this.#isOn || !this.#isHeld(0, this.#canvas.height)) return false;
    this.#see();
    return this.#fault === '';
  }

  #tick() {
    if (document.hidden) return;
    this.#look();
    if (!this.#isOn) return;
    const { from, rows } = stripOf(this.#canvas.height, this.#strip);
    this.#strip += 1;
    if (rows > 0) this.#isHeld(from, rows);
  }

  /** Before it is called good again, all of it is read. */
  #look() {
    const before = this.#fault;
    if (before && !this.#found()) this.#isHeld(0, this.#canvas.height);
    if (this.#isOn) this.#see();
  }

  #see() {
    const before = this.#fault;
    this.#fault = this.#found();
    if (this.#fault !== before) this.#desk.changed();
  }

  #found() {
    const { nextElementSibling: overlay } = this.#canvas;
    return displayFault(this.#canvas, overlay ? [overlay, ...overlay.children] : []);
  }

  /**
   * @param {number} from
   * @param {number} rows
   */
  #isHeld(from, rows) {
    const proven = this.#desk.proven();
    if (!proven) return false;
    const isHeld = holds(this.#desk.read(proven.proof, from, rows), proven.packed, proven.proof, from);
    if (!isHeld) this.#desk.refuted(proven);
    return isHeld;
  }
}
