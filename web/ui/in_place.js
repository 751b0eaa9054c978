/** Whether boxes lie where the layout puts them: what is moved by a style of another would say its words of other pixels. */

import { styleOf } from '../picture/display_style.js';

/** @typedef {{left: number, top: number, width: number, height: number}} Rect CSS px of the window */

/** Less than this is not seen, CSS px; layout itself counts in 1/64. */
export const NOT_SEEN = 0.5;
/** Geometry of SVG shapes that a style may set too. */
const SHAPES = ['cx', 'cy', 'r'];

/**
 * @param {Rect} one
 * @param {Rect} other
 * @param {number} [most] by which a side may differ
 */
export function coincide(one, other, most = NOT_SEEN) {
  return [
    one.left - other.left,
    one.top - other.top,
    one.left + one.width - other.left - other.width,
    one.top + one.height - other.top - other.height,
  ].every((far) => Math.abs(far) < most);
}

/**
 * @param {Rect} inner
 * @param {Rect} outer
 */
export function isWithin(inner, outer) {
  const reaches = inner.left + inner.width - outer.left - outer.width < NOT_SEEN && inner.top + inner.height - outer.top - outer.height < NOT_SEEN;
  return outer.left - inner.left < NOT_SEEN && outer.top - inner.top < NOT_SEEN && reaches;
}

/**
 * Whether a drawing's units are CSS px from a corner of the window, neither scaled nor turned.
 * @param {{a: number, b: number, c: number, d: number, e: number, f: number} | null} matrix null = it is not displayed
 * @param {{left: number, top: number}} corner
 */
export function isUnmoved(matrix, { left, top }) {
  if (!matrix) return false;
  const { a, b, c, d, e, f } = matrix;
  // A thousandth moves the end of the longest line by a few pixels.
  const isPlain = [a - 1, b, c, d - 1].every((part) => Math.abs(part) < 1e-4);
  return isPlain && Math.abs(e - left) < NOT_SEEN && Math.abs(f - top) < NOT_SEEN;
}

/**
 * Whether all that is drawn in an SVG lies where it was drawn.
 * @param {SVGElement} drawing
 * @param {Rect} box where it must lie
 */
export function isDrawnIn(drawing, box) {
  if (!coincide(drawing.getBoundingClientRect(), box)) return false;
  return [drawing, ...drawing.querySelectorAll('*')].every((part) => {
    return !(part instanceof SVGGraphicsElement) || (isUnmoved(part.getScreenCTM(), box) && keepsShape(part));
  });
}

/** Whether no style draws it elsewhere than its attributes. @param {SVGElement} part */
function keepsShape(part) {
  const names = SHAPES.filter((name) => part.hasAttribute(name));
  if (names.length === 0) return true;
  const style = styleOf(part);
  // What a browser does not know as a style, no style sets.
  return names.every((name) => !style[name] || Math.abs(parseFloat(style[name]) - Number(part.getAttribute(name))) < NOT_SEEN);
}

/**
 * Whether letters of four sides lie on their sides of each other; where one of them says nothing, it lies nowhere.
 * @param {readonly (Rect | null)[]} letters left, right, top, bottom
 */
export function areOnTheirSides([left, right, top, bottom]) {
  const across = [left, top ?? bottom, right];
  const down = [top, left ?? right, bottom];
  return isInOrder(across, (box) => box.left + box.width / 2) && isInOrder(down, (box) => box.top + box.height / 2);
}

/**
 * @param {readonly (Rect | null | undefined)[]} boxes
 * @param {(box: Rect) => number} at
 */
function isInOrder(boxes, at) {
  const places = boxes.flatMap((box) => (box ? [at(box)] : []));
  return places.every((place, index) => index === 0 || places[index - 1] < place);
}
