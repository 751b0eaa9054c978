/** The canvas, all that it lies in and the layers of Farview that lie over it: what of their styles or contents changes what is seen of it. */

import { alters, initialValues, styleOf } from '../picture/display_style.js';
import { hasWords, isClearColor, isDrawn, isLegible, isShown, paints } from '../picture/ink.js';
import { isAsWritten } from '../ui/element.js';

/** What lies on a viewport of its own, and paints nothing but words and lines. */
const ON_VIEWPORTS = '.viewport-lines, .viewport-text, .corner, .corner > div, .letter, .viewport-person';
/** Words that a proven picture is never without, wherever they stand. */
const NEEDED = '.patient-name, .badge-fidelity';
/** Whose picture it is, and what is claimed of it. */
const BAR = 'fv-patient-bar';

export class DisplayChain {
  #canvas;
  /** @type {ReadonlyMap<string, string> | null} */
  #initial = null;

  /** @param {HTMLElement} canvas with the picture */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** The canvas and all that it lies in. @returns {Element[]} */
  get elements() {
    const chain = [];
    for (let at = /** @type {Element | null} */ (this.#canvas); at; at = at.parentElement) chain.push(at);
    return chain;
  }

  /** Whether the picture is seen otherwise than it was drawn. */
  get isAltered() {
    this.#initial ??= initialValues(document);
    const initial = this.#initial;
    const isChanged = this.elements.some((element) => {
      return alters(styleOf(element), initial) || (element !== this.#canvas && isContainerDrawn(element));
    });
    return isChanged || this.layers.some(isLayerDrawn) || this.#areWordsAltered || this.#isSelected;
  }

  /** Whether anything moves it, what it lies in or what lies in the stage, or the page crosses over to another picture of itself. */
  get isMoved() {
    const stage = this.#canvas.parentElement;
    return document.getAnimations().some(({ effect }) => {
      if (!(effect instanceof KeyframeEffect)) return false;
      const { target, pseudoElement } = effect;
      return pseudoElement?.startsWith('::view-transition') || target?.contains(this.#canvas) || (target !== null && stage?.contains(target));
    });
  }

  /** What says words of the picture: what lies over it, and the bar with the patient's. @returns {Element[]} */
  get wording() {
    const bar = document.querySelector(BAR);
    const { nextElementSibling: overlay } = this.#canvas;
    return [overlay, bar].filter((each) => each !== null);
  }

  /** Whether other words stand there than were written. */
  get isReworded() {
    return this.wording.some((each) => [...each.querySelectorAll('*')].some((element) => !isAsWritten(element)));
  }

  /** Those of Farview that lie over the picture: what they say must lie where it belongs, and nothing of theirs may cover it. @returns {Element[]} */
  get layers() {
    const { nextElementSibling: overlay } = this.#canvas;
    return overlay ? [overlay, ...overlay.children] : [];
  }

  /** Whether words of Farview can't be read, or what they lie in hides something of the picture. */
  get #areWordsAltered() {
    const viewports = this.layers.slice(1).filter((layer) => layer instanceof HTMLElement && !layer.hidden);
    const on = viewports.flatMap((viewport) => [...viewport.querySelectorAll(ON_VIEWPORTS)]).filter(isShown);
    const needed = [...document.querySelectorAll(NEEDED)].filter(hasWords);
    return on.some(isCovering) || [...on.filter(hasWords), ...needed].some((words) => !isShown(words) || !isLegible(styleOf(words)));
  }

  /** A browser tints what is selected. */
  get #isSelected() {
    const selection = getSelection();
    if (selection?.type !== 'Range' || !selection.getRangeAt(0).intersectsNode(this.#canvas)) return false;
    const { 'user-select': select, '-webkit-user-select': webkitSelect } = styleOf(this.#canvas);
    return (select || webkitSelect) !== 'none';
  }
}

/**
 * What is drawn by ::before and ::after may lie over all that an element has; so may words that are not in an element of their own, and
 * what a shadow root makes of it.
 * @param {Element} element
 */
function isContainerDrawn(element) {
  return element.shadowRoot !== null || hasWords(element) || ['::before', '::after'].some((pseudo) => isDrawn(styleOf(element, pseudo)));
}

/** @param {Element} layer */
function isLayerDrawn(layer) {
  const style = styleOf(layer);
  if (style.display === 'none') return false;
  const seen = framed(layer, style);
  return alters(seen) || paints(seen) || hasWords(layer) || isDrawn(styleOf(layer, '::before')) || isCoveredAfter(layer);
}

/** Of what is drawn after it only the line around the viewport that keys go to is ours (css/stage.css). @param {Element} layer */
function isCoveredAfter(layer) {
  const style = styleOf(layer, '::after');
  if (!isDrawn(style)) return false;
  const isOwn = layer.matches('.viewport.active, .viewport.target');
  const isClear = layer.matches('.viewport.target') || isClearColor(style['background-color']);
  return !isOwn || style.content !== '""' || !isClear || style['background-image'] !== 'none' || style['box-shadow'] !== 'none';
}

/** @param {Element} element on a viewport, of words or lines */
function isCovering(element) {
  return paints(styleOf(element)) || ['::before', '::after'].some((pseudo) => isDrawn(styleOf(element, pseudo)));
}

/**
 * A viewport's own edges (css/stage.css, css/viewer.css) are no fault: a hair around it, and the frame that says another patient.
 * @param {Element} layer
 * @param {import('../picture/display_style.js').Style} style
 */
function framed(layer, style) {
  if (!layer.classList.contains('viewport')) return style;
  const isHair = /^rgb\([^)]*\) 0px 0px 0px 1px$/.test(style['box-shadow'] ?? '');
  const isFrame = layer.classList.contains('another-patient') && style['outline-width'] === '3px';
  const isOwnEdge = (/** @type {PropertyKey} */ name) => (name === 'box-shadow' && isHair) || (name === 'outline-style' && isFrame);
  return new Proxy(style, { get: (_, name) => (isOwnEdge(name) ? 'none' : style[String(name)]) });
}
