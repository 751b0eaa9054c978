/** World (LPS mm) → picture, by the matrix that came with the picture; (0, 0) is the picture's corner, a pixel's centre is at 0.5. Pure. */

/** @typedef {readonly number[]} Matrix three rows of four: x px, y px, depth mm */
/** @typedef {readonly [number, number, number]} Point */

/**
 * @param {Matrix} m
 * @param {readonly number[]} p
 * @returns {{x: number, y: number, depth: number}}
 */
export function project(m, [x, y, z]) {
  return {
    x: m[0] * x + m[1] * y + m[2] * z + m[3],
    y: m[4] * x + m[5] * y + m[6] * z + m[7],
    depth: m[8] * x + m[9] * y + m[10] * z + m[11],
  };
}

/**
 * Picture pixels per millimetre along the screen's horizontal.
 * @param {Matrix} m
 */
export function pixelsPerMillimetre(m) {
  return Math.hypot(m[0], m[1], m[2]);
}

/**
 * The point where three planes meet (each is depth = 0 of a matrix), or null when they do not meet in one point.
 * @param {readonly Matrix[]} planes
 * @returns {Point | null}
 */
export function meetingPoint(planes) {
  if (planes.length !== 3) return null;
  const [a, b, c] = planes.map((m) => /** @type {const} */ ([m[8], m[9], m[10]]));
  const right = planes.map((m) => -m[11]);
  const bc = cross(b, c);
  const determinant = dot(a, bc);
  if (Math.abs(determinant) < 1e-6) return null;
  const ca = cross(c, a);
  const ab = cross(a, b);
  const at = (/** @type {0 | 1 | 2} */ axis) =>
    (right[0] * bc[axis] + right[1] * ca[axis] + right[2] * ab[axis]) / determinant;
  return [at(0), at(1), at(2)];
}

/**
 * The direction on the screen in which plane `other` cuts plane `own`; null when they are parallel.
 * @param {Matrix} own
 * @param {Matrix} other
 * @returns {{x: number, y: number} | null}
 */
export function cutDirection(own, other) {
  const along = cross([own[8], own[9], own[10]], [other[8], other[9], other[10]]);
  const x = own[0] * along[0] + own[1] * along[1] + own[2] * along[2];
  const y = own[4] * along[0] + own[5] * along[1] + own[6] * along[2];
  const length = Math.hypot(x, y);
  return length < 1e-6 ? null : { x: x / length, y: y / length };
}

/**
 * The longest of the round lengths that fits: what a scale bar shows.
 * @param {number} perMillimetre CSS px
 * @param {number} room CSS px
 * @returns {number} mm, 0 when none fits
 */
export function scaleBarLength(perMillimetre, room) {
  const lengths = [200, 100, 50, 20, 10, 5, 2, 1];
  return lengths.find((length) => length * perMillimetre <= room) ?? 0;
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/**
 * @param {Point} a
 * @param {Point} b
 */
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
