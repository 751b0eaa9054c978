/** Where the label of a mark stands: whole inside its viewport wherever it fits at all, next to what it belongs to. Pure. */

/** @typedef {{x: number, y: number}} Spot CSS px of the viewport */
/** @typedef {{width: number, height: number}} Size CSS px */
/** @typedef {Spot & Size} Box of other words, CSS px of the viewport */

/** CSS px between a label and the point it belongs to, so that neither handle nor cross lies under it. */
const AWAY = { x: 10, y: 7 };
/** CSS px that the outline of the letters takes on each side. */
const OUTLINE = 2;
/** A place over the anchor is taken only where the others are further than this, CSS px. */
const COVERS = 10_000;
/** Widths in em that no usual interface font exceeds; a label that is thought too wide only moves a little early. */
const WIDE = 1;
const USUAL = 0.65;

/**
 * How much room a label takes, without asking the browser, which would have to lay the page out for it.
 * @param {string} words
 * @param {number} em CSS px
 * @returns {Size}
 */
export function labelSize(words, em) {
  const ems = [...words].reduce((sum, letter) => sum + (/[\d\s.,:;/°²³'()a-ln-vx-z-]/.test(letter) ? USUAL : WIDE), 0);
  return { width: Math.ceil(ems * em) + 2 * OUTLINE, height: Math.ceil(1.2 * em) + 2 * OUTLINE };
}

/**
 * The top left of a label: right below its anchor, else left below, else right or left above, else moved inside. A label larger
 * than the viewport begins at its left and top. Where that would lie under other words (`taken`), it is the nearest place that
 * does not, beside the anchor rather than over it; over words only where no place is free.
 * @param {Spot} anchor
 * @param {Size} label
 * @param {Size} viewport
 * @param {readonly Box[]} [taken]
 * @returns {Spot}
 */
export function placeLabel(anchor, label, viewport, taken = []) {
  const free = { x: viewport.width - label.width, y: viewport.height - label.height };
  const right = anchor.x + AWAY.x;
  const below = anchor.y + AWAY.y;
  const usual = {
    x: inside(right <= free.x ? right : anchor.x - AWAY.x - label.width, free.x),
    y: inside(below <= free.y ? below : anchor.y - AWAY.y - label.height, free.y),
  };
  const boxes = taken.filter(({ width, height }) => width > 0 && height > 0);
  const isFree = (/** @type {Spot} */ spot) => boxes.every((box) => !overlap({ ...spot, ...label }, box));
  if (isFree(usual)) return usual;
  // The nearest free place touches the anchor's surroundings, an edge of the viewport or a box, both across and down.
  const across = [usual.x, right, anchor.x - AWAY.x - label.width, 0, free.x, ...boxes.flatMap(({ x, width }) => [x - label.width, x + width])];
  const down = [usual.y, below, anchor.y - AWAY.y - label.height, 0, free.y, ...boxes.flatMap(({ y, height }) => [y - label.height, y + height])];
  let best = usual;
  let least = Number.POSITIVE_INFINITY;
  for (const x of new Set(across)) {
    for (const y of new Set(down)) {
      const spot = { x, y };
      const isInside = x >= 0 && y >= 0 && x <= free.x && y <= free.y;
      if (!isInside || !isFree(spot)) continue;
      const covers = overlap({ ...spot, ...label }, { ...anchor, width: 0, height: 0 });
      const far = Math.hypot(x + label.width / 2 - anchor.x, y + label.height / 2 - anchor.y) + (covers ? COVERS : 0);
      if (far < least) [best, least] = [spot, far];
    }
  }
  return best;
}

/**
 * The point that the label of a mark stands by: the lowest of what is seen of it; null where nothing of it lies in the viewport,
 * for a number at the edge would belong to nothing.
 * @param {readonly Spot[]} points one, or the two ends of a line
 * @param {Size} viewport
 * @returns {Spot | null}
 */
export function labelAnchor(points, viewport) {
  if (points.length === 0) return null;
  const a = points[0];
  const b = points[1] ?? a;
  const step = { x: b.x - a.x, y: b.y - a.y };
  let from = 0;
  let to = 1;
  // The line against each edge of the viewport in turn (Liang and Barsky).
  for (const [along, room] of [[-step.x, a.x], [step.x, viewport.width - a.x], [-step.y, a.y], [step.y, viewport.height - a.y]]) {
    if (along === 0 && room < 0) return null;
    if (along < 0) from = Math.max(from, room / along);
    if (along > 0) to = Math.min(to, room / along);
  }
  if (!(from <= to)) return null;
  const at = step.y > 0 ? to : from;
  return { x: a.x + at * step.x, y: a.y + at * step.y };
}

/**
 * @param {number} value
 * @param {number} most
 */
function inside(value, most) {
  return Math.max(0, Math.min(most, value));
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
