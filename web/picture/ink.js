/**
 * What an element paints of itself, and how far from its box: background, border, outline, shadow, words, what is drawn before and after
 * it. Doubt counts as paint. Rules of CSS Backgrounds, Basic UI, Text Decoration and Filter Effects.
 */

import { isIn, styleOf } from './display_style.js';

/** @typedef {import('./display_style.js').Style} Style */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box CSS px of the window */

/** Colours of less than half their strength. */
const FAINT = /^(?:transparent|rgba\(.*, 0(?:\.[0-4]\d*)?\)|.*\/ 0(?:\.[0-4]\d*)?\))$/;
/** CSS px. */
const SMALLEST = 6;
const CLEAR = /^(?:transparent|rgba\(.*, 0\))$/;
/** What paints without a background. */
const REPLACED = new Set(['IMG', 'CANVAS', 'VIDEO', 'AUDIO', 'IFRAME', 'FRAME', 'OBJECT', 'EMBED', 'HR', 'METER', 'PROGRESS', 'MARQUEE']);
const SVG = 'http://www.w3.org/2000/svg';
const SIDES = ['top', 'right', 'bottom', 'left'];
const EVERYWHERE = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

/** Whether the box of a style would be seen over what is behind it, or changes it. @param {Style} style */
export function paints(style) {
  const isClear = isIn(['none'], style['background-image']) && isClearColor(style['background-color']);
  const still = ['filter', 'backdrop-filter', '-webkit-backdrop-filter', 'box-shadow', 'border-image-source', '-webkit-box-reflect'];
  const isStill = still.every((name) => isIn(['none'], style[name])) && isIn(['normal'], style['mix-blend-mode']);
  return !isClear || !isStill || hasLine(style, 'outline') || SIDES.some((side) => hasLine(style, `border-${side}`));
}

/**
 * @param {Style} style
 * @param {string} line outline, or a side's border
 */
function hasLine(style, line) {
  return !isIn(['none', 'hidden'], style[`${line}-style`]) && !isIn(['0px'], style[`${line}-width`]) && !isClearColor(style[`${line}-color`]);
}

/** Whether a colour paints nothing. @param {string | undefined} color */
export function isClearColor(color) {
  return !color || CLEAR.test(color);
}

/** How far beyond its box a style paints at most, CSS px. @param {Style} style */
export function reach(style) {
  if (!isIn(['none'], style['border-image-source']) || (style.filter ?? '').includes('url(') || !isIn(['none'], style['-webkit-box-reflect'])) return Infinity;
  const lines = isIn(['none'], style['outline-style']) ? '' : `${style['outline-width']} ${style['outline-offset']}`;
  return lengths(lines) + lengths(style['box-shadow']) + 3 * lengths(style.filter);
}

/** All lengths of a value together. @param {string | undefined} value */
function lengths(value) {
  return [...(value ?? '').matchAll(/(-?[\d.]+)px/g)].reduce((sum, [, length]) => sum + Math.abs(Number(length)), 0);
}

/**
 * The boxes, with what reaches beyond them, that an element itself paints; its children are asked for themselves.
 * @param {Element} element
 * @returns {Box[]}
 */
export function inkOf(element) {
  if (!isShown(element)) return [];
  const style = styleOf(element);
  const box = element.getBoundingClientRect();
  const boxes = [];
  if (isReplaced(element, style) || paints(style)) boxes.push(around(box, reach(style)));
  if (hasWords(element)) boxes.push(around(wordsBox(element), lengths(style['font-size']) + lengths(style['text-shadow'])));
  for (const pseudo of ['::before', '::after']) boxes.push(...pseudoInk(element, style, box, pseudo));
  if (element.matches(':modal, :popover-open') && paints(styleOf(element, '::backdrop'))) boxes.push(EVERYWHERE);
  return boxes;
}

/** Whether it is displayed at all: neither it nor what it lies in hides it. @param {Element} element */
export function isShown(element) {
  const options = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
  return element.checkVisibility?.(options) ?? true;
}

/**
 * @param {Element} element
 * @param {Style} style
 */
function isReplaced(element, style) {
  const isControl = !isIn(['none'], style.appearance) && /^(?:BUTTON|INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  const isListed = style.display === 'list-item' && !(isIn(['none'], style['list-style-type']) && isIn(['none'], style['list-style-image']));
  const hasContent = !isIn(['normal', 'none'], style.content);
  const isScrolled = element instanceof HTMLElement && element.offsetWidth - element.clientWidth > 0 && /auto|scroll/.test(style['overflow-y'] ?? '');
  return element.namespaceURI === SVG || REPLACED.has(element.tagName) || isControl || isListed || hasContent || isScrolled || !isIn(['none'], style.resize);
}

/** Whether there are words directly in it. @param {Element} element */
export function hasWords(element) {
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? '').trim() !== '') return true;
  }
  return false;
}

/** Whether letters of a style are seen: they have a size and a colour that is not clear. @param {Style} style */
export function isLegible(style) {
  const colors = [style.color, style['-webkit-text-fill-color']];
  return !(parseFloat(style['font-size'] ?? '') < SMALLEST) && !colors.some((color) => FAINT.test(color ?? ''));
}

/** Letters are not bound to the box of their element. @param {Element} element */
function wordsBox(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect();
}

/**
 * Whether something is drawn before or after all that an element has.
 * @param {Style} style of the pseudo-element
 */
export function isDrawn(style) {
  if (isIn(['none', 'normal'], style.content) || style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return false;
  return style.content !== '""' || paints(style);
}

/**
 * @param {Element} element
 * @param {Style} own its style
 * @param {Box} box its box
 * @param {string} pseudo
 * @returns {Box[]}
 */
function pseudoInk(element, own, box, pseudo) {
  const style = styleOf(element, pseudo);
  if (!isDrawn(style)) return [];
  const far = reach(style) + lengths(style['text-shadow']);
  if (style.position === 'static' || style.position === 'relative') return [around(box, far + lengths(style['font-size']))];
  const isBound = style.position === 'absolute' && own.position !== 'static';
  const isMoved = ['transform', 'translate', 'rotate', 'scale'].some((name) => !isIn(['none'], style[name]));
  const [left, top, width, height] = ['left', 'top', 'width', 'height'].map((name) => parseFloat(style[name] ?? ''));
  // Where it lies can't be asked; where its place hangs on more than the element's box, it may lie anywhere.
  if (isMoved || !(isBound || style.position === 'fixed') || !Number.isFinite(left + top + width + height)) return [EVERYWHERE];
  const from = isBound ? { x: box.left + left, y: box.top + top } : { x: left, y: top };
  return [around({ left: from.x, top: from.y, right: from.x + width, bottom: from.y + height }, far + lengths(style['padding-left']) * 4)];
}

/**
 * @param {Box} box
 * @param {number} far
 * @returns {Box}
 */
function around({ left, top, right, bottom }, far) {
  return { left: left - far, top: top - far, right: right + far, bottom: bottom + far };
}

/**
 * @param {Box} one
 * @param {Box} other
 */
export function meets(one, other) {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}
