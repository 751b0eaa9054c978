/** The reader's marks and the cross-hair of one viewport as vectors, placed by the matrix of the picture shown. */

import { labelAnchor, labelSize, placeLabel } from '../viewer/label_place.js';
import { markWords } from '../viewer/mark_words.js';
import { cutDirection } from '../viewer/projection.js';
import { svg } from './element.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/records.js').MarkInfo} MarkInfo */
/** @typedef {import('../viewer/mark_hit.js').PlacedMark} PlacedMark */
/** @typedef {(point: readonly number[]) => {x: number, y: number, depth: number}} Place world → CSS px of the viewport */

/**
 * @param {readonly PlacedMark[]} placed
 * @param {string} selected the id of the mark that is selected
 * @param {{width: number, height: number}} size CSS px of the viewport
 * @param {() => readonly import('../viewer/label_place.js').Box[]} taken where other words lie
 * @returns {SVGElement[]}
 */
export function drawMarks(placed, selected, size, taken) {
  /** @type {import('../viewer/label_place.js').Box[]} */
  const labels = [];
  return placed.map(({ mark, points }) => {
    const shapes = mark.kind === 'probe' ? probeShapes(points) : lengthShapes(points);
    return svg(
      'g',
      { class: markClass(mark, selected), 'data-mark': mark.mark, 'data-kind': mark.kind },
      ...shapes,
      drawLabel(markWords(mark), points, size, taken, labels),
    );
  });
}

/**
 * What a mark says, whole inside the viewport and under no other words, nor over those of the marks before it.
 * @param {string} words
 * @param {readonly {x: number, y: number}[]} points
 * @param {{width: number, height: number}} size CSS px of the viewport
 * @param {() => readonly import('../viewer/label_place.js').Box[]} taken
 * @param {import('../viewer/label_place.js').Box[]} labels of the marks before it; its own is added
 */
function drawLabel(words, points, size, taken, labels) {
  const anchor = words === '' ? null : labelAnchor(points, size);
  if (!anchor) return null;
  const em = letterSize();
  const label = labelSize(words, em);
  const { x, y } = placeLabel(anchor, label, size, [...taken(), ...labels]);
  labels.push({ x, y, ...label });
  return svg('text', { x: r(x + 2), y: r(y + 2 + 0.95 * em), class: 'outlined' }, words);
}

let em = 0;

/** Of the page's usual letters, CSS px; asked once, for an answer costs a look at all styles. */
function letterSize() {
  em ||= Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--size-base')) || 16;
  return em;
}

/**
 * @param {MarkInfo} mark
 * @param {string} selected
 */
function markClass({ mark, draft, since }, selected) {
  return ['mark', draft && 'draft', since && 'outdated', mark === selected && 'selected'].filter(Boolean).join(' ');
}

/** The line that the hand is drawing and that nothing has confirmed. @param {readonly [{x: number, y: number}, {x: number, y: number}]} ends */
export function drawPen([a, b]) {
  const d = `M${r(a.x)} ${r(a.y)}L${r(b.x)} ${r(b.y)}`;
  return [
    svg('path', { d, class: 'mark-shade' }),
    svg('path', { d, class: 'pen-line' }),
    ...[a, b].map(({ x, y }) => svg('circle', { cx: r(x), cy: r(y), r: 4, class: 'pen-end' })),
  ];
}

/** @param {readonly {x: number, y: number}[]} points */
function lengthShapes(points) {
  const [a, b] = points;
  const line = b ? [`M${r(a.x)} ${r(a.y)}L${r(b.x)} ${r(b.y)}`] : [];
  return [
    ...line.flatMap((d) => [svg('path', { d, class: 'mark-shade' }), svg('path', { d, class: 'mark-line' })]),
    ...points.map(({ x, y }) => svg('circle', { cx: r(x), cy: r(y), r: 4, class: 'mark-handle' })),
  ];
}

/** @param {readonly {x: number, y: number}[]} points */
function probeShapes(points) {
  return points.flatMap(({ x, y }) => {
    const d = `M${r(x - 8)} ${r(y)}h5M${r(x + 3)} ${r(y)}h5M${r(x)} ${r(y - 8)}v5M${r(x)} ${r(y + 3)}v5`;
    return [svg('path', { d, class: 'mark-shade' }), svg('path', { d, class: 'mark-line' })];
  });
}

/**
 * The lines in which the other planes cut this one.
 * @param {ViewportRecord} record
 * @param {readonly {matrix: readonly number[], plane: string}[]} others
 * @param {readonly number[]} crossHair world
 * @param {Place} place
 * @param {{width: number, height: number}} size CSS px of the viewport
 * @returns {SVGElement[]}
 */
export function drawCrossHair(record, others, crossHair, place, size) {
  const centre = place(crossHair);
  const reach = size.width + size.height;
  return others.flatMap(({ matrix, plane }) => {
    const direction = cutDirection(record.canvas_from_world, matrix);
    if (!direction) return [];
    const { x: dx, y: dy } = direction;
    const at = (/** @type {number} */ along) => `${r(centre.x + along * dx)} ${r(centre.y + along * dy)}`;
    const d = `M${at(-reach)}L${at(-12)}M${at(12)}L${at(reach)}`;
    return [svg('path', { d, class: 'mark-shade' }), svg('path', { d, class: `cross-hair ${plane}` })];
  });
}

/**
 * CSS pixels to a tenth: finer is not seen.
 * @param {number} value
 */
function r(value) {
  return Math.round(value * 10) / 10;
}
