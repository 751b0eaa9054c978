/** Whether the picture and all that lies over it are where they were put: in the stage, on each other, and the stage in its box. */

import { NOT_SEEN, areOnTheirSides, coincide, isDrawnIn, isWithin } from './in_place.js';

/** @param {import('./stage.js').Stage} stage @returns {boolean} */
export function isInPlace(stage) {
  const { overlay, viewports } = stage.layers;
  const box = stage.parentElement?.getBoundingClientRect();
  const [own, seen, over] = [stage, stage.canvas, overlay].map((each) => each.getBoundingClientRect());
  const isAtCorner = Math.abs(seen.left - own.left) < NOT_SEEN && Math.abs(seen.top - own.top) < NOT_SEEN;
  // The stage begins on a whole device pixel, less than one from its box's corner.
  const isStaged = box !== undefined && isWithin(own, box) && coincide(own, box, 1 + NOT_SEEN) && isWithin(box, { left: 0, top: 0, width: innerWidth, height: innerHeight });
  return isStaged && isAtCorner && isWithin(seen, own) && coincide(over, seen) && viewports.every((viewport) => isViewportInPlace(viewport, seen));
}

/**
 * Whether all that a viewport says and draws lies where it put it.
 * @param {import('./viewport_overlay.js').ViewportOverlay} viewport
 * @param {{left: number, top: number}} corner of the picture in the window, CSS px
 */
function isViewportInPlace({ element, parts }, { left, top }) {
  if (element.hidden) return true;
  const own = element.getBoundingClientRect();
  const { x, y, width, height } = parts.box;
  if (!coincide(own, { left: left + x, top: top + y, width, height })) return false;
  if (parts.text.hidden) return true;
  const letters = parts.letters.map((letter) => (letter.textContent ? letter.getBoundingClientRect() : null));
  const isSaid = coincide(parts.text.getBoundingClientRect(), own) && letters.every((letter) => !letter || isWithin(letter, own));
  return isSaid && areOnTheirSides(letters) && isDrawnIn(parts.lines, own);
}
