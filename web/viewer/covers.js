/**
 * Elements that Farview did not make (of an extension, or a script of another), by what was made and not by names: those that lie over the
 * picture with anything that they paint. What lies in a closed shadow root is seen only where the pointer would meet it.
 */

import { inkOf, meets } from '../picture/ink.js';
import { isOwn } from '../ui/element.js';

/** So many foreign elements are measured each time; of more, a part each time, so that all have been measured after `TURNS`. */
export const AT_ONCE = 64;
export const TURNS = 16;
/** Points a side at which it is asked what the pointer would meet, a `TURNS`th of them each time. */
const GRID = 8;

export class Covers {
  #canvas;
  /** @type {Element[]} */
  #foreign = [];
  #turn = 0;
  /** Whether what was found last still covers it. @type {() => boolean} */
  #lasts = () => false;
  #isCovered = false;

  /** @param {HTMLElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Looks for foreign elements in all of the page anew. */
  survey() {
    this.#foreign = foreignIn(document).filter((element) => !element.contains(this.#canvas));
  }

  /** @param {boolean} isWhole all of it, or a part of what is much @returns {boolean} whether something foreign lies over the picture */
  look(isWhole) {
    const full = document.fullscreenElement;
    if (full && !full.contains(this.#canvas)) return true;
    if (this.#isCovered && this.#lasts()) return true;
    this.#isCovered = this.#find(isWhole || this.#isCovered);
    return this.#isCovered;
  }

  /** @param {boolean} isWhole */
  #find(isWhole) {
    const turn = this.#turn++ % TURNS;
    const isPart = !isWhole && this.#foreign.length > AT_ONCE;
    const inked = this.#foreign.find((element, at) => (!isPart || at % TURNS === turn) && this.#isInkedBy(element));
    if (inked) this.#lasts = () => inked.isConnected && this.#isInkedBy(inked);
    else this.#lasts = () => this.#isMet(null);
    return inked !== undefined || this.#isMet(isWhole ? null : turn);
  }

  /** @param {Element} element */
  #isInkedBy(element) {
    const box = this.#canvas.getBoundingClientRect();
    return inkOf(element).some((ink) => meets(ink, box));
  }

  /** Whether something foreign takes the pointer from the picture. @param {number | null} turn null = all points */
  #isMet(turn) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    for (let at = turn ?? 0; at < GRID * GRID; at += turn === null ? 1 : TURNS) {
      const x = left + (((at % GRID) + 0.5) / GRID) * width;
      const y = top + ((Math.floor(at / GRID) + 0.5) / GRID) * height;
      for (const element of document.elementsFromPoint(x, y)) {
        if (element === this.#canvas) break;
        if (!isOwn(element) && !element.contains(this.#canvas)) return true;
      }
    }
    return false;
  }
}

/**
 * @param {Document | ShadowRoot} root
 * @returns {Element[]} those that are not Farview's, also in the open shadow roots of any
 */
function foreignIn(root) {
  const found = [];
  for (const element of root.querySelectorAll('*')) {
    if (root !== document || !isOwn(element)) found.push(element);
    if (element.shadowRoot) found.push(...foreignIn(element.shadowRoot));
  }
  return found;
}
