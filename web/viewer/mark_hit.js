/** Which mark, or which handle of one, a hand means, from where they are seen. Pure. */

/** @typedef {{x: number, y: number}} Spot */
/** @typedef {{mark: import('../protocol/records.js').MarkInfo, points: readonly Spot[]}} PlacedMark */

/** How near is near, CSS px: the same as where the host takes hold of a handle. */
export const REACH = Object.freeze({ mouse: 8, touch: 22 });

/**
 * The nearest mark within reach.
 * @param {readonly PlacedMark[]} placed
 * @param {Spot} at
 * @param {number} reach
 * @param {string} [kind] only of this kind; nothing = any
 * @returns {PlacedMark | null}
 */
export function markNear(placed, at, reach, kind = '') {
  /** @type {PlacedMark | null} */
  let found = null;
  let nearest = reach;
  for (const entry of placed) {
    if (entry.mark.draft || (kind && entry.mark.kind !== kind)) continue;
    const [a, b = a] = entry.points;
    if (!a) continue;
    const distance = distanceToLine(at, a, b);
    if (distance <= nearest) {
      found = entry;
      nearest = distance;
    }
  }
  return found;
}

/**
 * The nearest end of a mark within reach.
 * @param {readonly PlacedMark[]} placed
 * @param {Spot} at
 * @param {number} reach
 * @param {string} kind
 * @returns {{mark: import('../protocol/records.js').MarkInfo, handle: number, spot: Spot} | null}
 */
export function handleNear(placed, at, reach, kind) {
  let found = null;
  let nearest = reach;
  for (const { mark, points } of placed) {
    if (mark.draft || mark.kind !== kind) continue;
    for (const [handle, spot] of points.entries()) {
      const distance = Math.hypot(at.x - spot.x, at.y - spot.y);
      if (distance > nearest) continue;
      found = { mark, handle, spot };
      nearest = distance;
    }
  }
  return found;
}

/**
 * @param {Spot} p
 * @param {Spot} a
 * @param {Spot} b
 */
function distanceToLine(p, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const along = square > 0 ? Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square)) : 0;
  return Math.hypot(p.x - a.x - along * dx, p.y - a.y - along * dy);
}
