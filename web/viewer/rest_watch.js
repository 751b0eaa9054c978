/**
 * Doubts the picture at rest after it was proven: each second, and when a style, words or the page change, how the browser displays the
 * canvas and what lies over it, and whether its words stand as they were written; each second a strip of the canvas is read back; all of it when the reader comes back to it, when it is displayed as it should be again,
 * and before it is saved. While the picture moves it does nothing at all.
 */

import { holds, stripOf } from '../picture/read_back.js';
import { isOwn } from '../ui/element.js';
import { Covers, TURNS } from './covers.js';
import { DisplayChain } from './display_chain.js';

/** @typedef {import('./glass.js').Proven} Proven */

export const LOOK_MS = 1000;

/**
 * @typedef {object} RestDesk
 * @property {() => Proven | null} proven the still that the canvas should hold
 * @property {(shape: import('../picture/read_back.js').Shape, from: number, rows: number) => Uint8Array | null} read rows of the canvas
 * @property {() => boolean} isInPlace whether the picture and what is said on it lie where the layout puts them
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
  #chain;
  #covers;
  #observer = new MutationObserver(() => this.#look(true));
  /** Words were another's since the last tick: said until the next one, also where Farview has written them anew, so that the two do not race. */
  #isReworded = false;
  /** Farview's own words change at rest too: nothing else is looked at for that. */
  #wording = new MutationObserver(() => {
    if (!this.#chain.isReworded) return;
    this.#isReworded = true;
    this.#look(true);
  });
  /** Of what comes into the page and goes, only what is foreign counts: Farview writes its own words at rest too. */
  #comings = new MutationObserver((records) => {
    const isForeign = records.some(({ addedNodes, removedNodes }) => [...addedNodes, ...removedNodes].some((node) => node instanceof Element && !isOwn(node)));
    if (isForeign) this.#surveyed();
  });

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {RestDesk} desk
   */
  constructor(canvas, desk) {
    this.#canvas = canvas;
    this.#desk = desk;
    this.#chain = new DisplayChain(canvas);
    this.#covers = new Covers(canvas);
    for (const name of ['focus', 'resize', 'pageshow']) window.addEventListener(name, () => this.whole());
    window.addEventListener('scroll', () => this.#isOn && this.#look(true), { capture: true, passive: true });
    for (const name of ['visibilitychange', 'fullscreenchange']) document.addEventListener(name, () => this.whole());
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
    this.#comings.disconnect();
    this.#wording.disconnect();
    if (!isOn) return;
    this.#covers.survey();
    this.#isReworded = false;
    this.#fault = this.#found(true);
    this.#timer = window.setInterval(() => this.#tick(), LOOK_MS);
    for (const element of this.#chain.elements) this.#observer.observe(element, { attributes: true, childList: true });
    for (const layer of this.#chain.layers) this.#observer.observe(layer, { attributes: true, attributeFilter: ['style', 'class', 'hidden'] });
    for (const words of this.#chain.wording) this.#wording.observe(words, { characterData: true, childList: true, subtree: true });
    this.#observer.observe(document.head, { childList: true, subtree: true, characterData: true, attributes: true });
    this.#comings.observe(document, { childList: true, subtree: true });
  }

  /** Reads all of it back. @returns {boolean} whether it is the proven picture, displayed as it is */
  whole() {
    if (!this.#isOn || !this.#isHeld(0, this.#canvas.height)) return false;
    this.#covers.survey();
    this.#see(true);
    return this.#fault === '';
  }

  #tick() {
    if (document.hidden) return;
    this.#isReworded = false;
    // What comes into a shadow root is not told.
    if (this.#strip % TURNS === 0) this.#covers.survey();
    this.#look(false);
    if (!this.#isOn) return;
    const { from, rows } = stripOf(this.#canvas.height, this.#strip);
    this.#strip += 1;
    if (rows > 0) this.#isHeld(from, rows);
  }

  #surveyed() {
    this.#covers.survey();
    this.#look(true);
  }

  /** Before it is called good again, all of it is read. @param {boolean} isWhole */
  #look(isWhole) {
    const before = this.#fault;
    if (before && !this.#found(true)) this.#isHeld(0, this.#canvas.height);
    if (this.#isOn) this.#see(isWhole);
  }

  /** @param {boolean} isWhole */
  #see(isWhole) {
    const before = this.#fault;
    this.#fault = this.#found(isWhole || before !== '');
    if (this.#fault !== before) this.#desk.changed();
  }

  /**
   * @param {boolean} isWhole all of it; else a part each time
   * @returns {import('../picture/display_style.js').DisplayFault}
   */
  #found(isWhole) {
    if (this.#isReworded || this.#chain.isReworded) return 'reworded';
    // One second the styles, the next what lies over it: at rest the page does as little as it can.
    const isStyles = this.#strip % 2 === 0;
    if (this.#chain.isMoved || ((isWhole || isStyles) && (this.#chain.isAltered || !this.#desk.isInPlace()))) return 'altered';
    return (isWhole || !isStyles) && this.#covers.look(isWhole) ? 'covered' : '';
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
