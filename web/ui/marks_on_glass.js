/** The marks of one viewport as they are seen: drawn, found again under a hand, and the pen line that runs ahead of the host. */

import { ViewportKind } from '../protocol/frames.js';
import { project } from '../viewer/projection.js';
import { handleNear, markNear } from '../viewer/mark_hit.js';
import { isSeen } from '../viewer/mark_sight.js';
import { svg } from './element.js';
import { drawCrossHair, drawMarks, drawPen } from './marks_layer.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../viewer/mark_hit.js').PlacedMark} PlacedMark */
/** @typedef {import('./viewport_overlay.js').OverlayContext} OverlayContext */
/** @typedef {{x: number, y: number}} Spot CSS px of the viewport */

export class MarksOnGlass {
  element;
  #marks = svg('g');
  #pen = svg('g', { class: 'pen' });
  /** @type {PlacedMark[]} */
  #placed = [];
  /** @type {((point: readonly number[]) => Spot & {depth: number}) | null} */
  #place = null;

  constructor() {
    this.element = svg('g', {}, this.#marks, this.#pen);
  }

  /** Nothing certain is seen, so that nothing can be meant. */
  silence() {
    this.#placed = [];
    this.#place = null;
    this.pen(null);
  }

  /**
   * @param {ViewportRecord} record
   * @param {OverlayContext} context
   * @param {{width: number, height: number}} size CSS px of the viewport
   * @param {() => readonly import('../viewer/label_place.js').Box[]} taken where other words lie
   */
  draw(record, { pixels, marks, selected, crossHair, otherPlanes }, size, taken) {
    /** @param {readonly number[]} point */
    const place = (point) => {
      const { x, y, depth } = project(record.canvas_from_world, point);
      return { x: (x - record.rect[0]) / pixels, y: (y - record.rect[1]) / pixels, depth };
    };
    this.#place = place;
    this.#placed = marks
      .filter((mark) => isSeen(mark, record))
      .map((mark) => ({ mark, points: mark.points.map(place) }));
    const shapes = drawMarks(this.#placed, selected, size, taken);
    if (crossHair && record.kind === ViewportKind.MPR) {
      shapes.unshift(...drawCrossHair(record, otherPlanes, crossHair, place, size));
    }
    if (shapes.length > 0 || this.#marks.hasChildNodes()) this.#marks.replaceChildren(...shapes);
  }

  /**
   * @param {Spot} at
   * @param {number} reach CSS px
   * @param {string} kind only marks of this kind; nothing = any
   */
  find(at, reach, kind) {
    return markNear(this.#placed, at, reach, kind);
  }

  /**
   * @param {Spot} at
   * @param {number} reach CSS px
   * @param {string} kind
   */
  handle(at, reach, kind) {
    return handleNear(this.#placed, at, reach, kind);
  }

  /** Where a point of the patient is seen, or null. @param {readonly number[]} point */
  spot(point) {
    return this.#place?.(point) ?? null;
  }

  /** Dashed and hollow: not confirmed. @param {readonly [Spot, Spot] | null} line null = none */
  pen(line) {
    if (!line && !this.#pen.hasChildNodes()) return;
    this.element.classList.toggle('penned', line !== null);
    this.#pen.replaceChildren(...(line ? drawPen(line) : []));
  }
}
