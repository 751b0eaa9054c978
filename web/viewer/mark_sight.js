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
