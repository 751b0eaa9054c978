/** Where a mark is seen: there, and only there, it is drawn, hit and edited. streamer/viewer/mark_sight.py says the same. Pure. */

import { ViewportKind } from '../protocol/frames.js';
import { project } from './projection.js';

/** @typedef {import('../protocol/records.js').MarkInfo} MarkInfo */
/** @typedef {Pick<import('../protocol/frames.js').ViewportRecord, 'kind' | 'series' | 'image' | 'canvas_from_world'>} Seen */

/** Cosine above which planes count as parallel. */
const PARALLEL = 0.9999;
/** mm: matrices come as float32. */
const TOLERANCE = 1e-3;

/**
 * Whether a mark is in sight: some viewport shows it within its edges.
 * @param {MarkInfo} mark
 * @param {readonly ((Seen & Pick<import('../protocol/frames.js').ViewportRecord, 'rect'>) | null)[]} records of the picture shown
 */
export function isInSight(mark, records) {
  return records.some((record) => {
    if (!record || !isSeen(mark, record)) return false;
    const [left, top, width, height] = record.rect;
    const spots = mark.points.map((point) => project(record.canvas_from_world, point));
    const across = spots.map(({ x }) => x);
    const down = spots.map(({ y }) => y);
    if (width <= 0 || height <= 0 || Math.max(...across) < left || Math.min(...across) > left + width) return false;
    return Math.max(...down) >= top && Math.min(...down) <= top + height;
  });
}

/**
 * Whether a viewport shows a mark: an image's mark on its image and no other of a stack, any mark on near planes parallel to its own.
 * @param {MarkInfo} mark
 * @param {Seen} record
 */
export function isSeen(mark, record) {
  if (mark.series !== record.series) return false;
  if (record.kind !== ViewportKind.STACK && record.kind !== ViewportKind.MPR) return false;
  if (mark.plane === '' && record.kind === ViewportKind.STACK) return mark.image === record.image;
  const m = record.canvas_from_world;
  const [x, y, z] = mark.normal;
  if (Math.abs(m[8] * x + m[9] * y + m[10] * z) < PARALLEL) return false;
  return mark.points.every((point) => Math.abs(project(m, point).depth) <= mark.reach + TOLERANCE);
}
