/** A thumbnail under the pointer: picked by a click, dragged onto a viewport, or let go of by Esc, which changes nothing. Pure. */

/** CSS px from which on a press is a drag. */
const DRAG_DISTANCE = 8;

/**
 * @typedef {object} DragEvents
 * @property {(series: number) => void} begin it is dragged from now on
 * @property {(series: number, x: number, y: number) => void} over it is over this point of the page
 * @property {() => void} end it is not dragged any more
 * @property {(series: number, x: number, y: number) => void} drop
 */

export class ThumbnailDrag {
  #events;
  /** @type {{series: number, x: number, y: number, moved: boolean} | null} */
  #held = null;
  /** The click that ends the press that is going on, or the last one, picks nothing. */
  #isSpent = false;

  /** @param {DragEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /**
   * @param {number} series
   * @param {number} x CSS px of the page
   * @param {number} y
   */
  press(series, x, y) {
    this.cancel();
    this.#isSpent = false;
    this.#held = { series, x, y, moved: false };
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  move(x, y) {
    const held = this.#held;
    if (!held) return;
    if (!held.moved) {
      if (Math.hypot(x - held.x, y - held.y) < DRAG_DISTANCE) return;
      held.moved = true;
      this.#isSpent = true;
      this.#events.begin(held.series);
    }
    this.#events.over(held.series, x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  lift(x, y) {
    const held = this.#held;
    if (this.cancel() && held) this.#events.drop(held.series, x, y);
  }

  /**
   * The pointer is taken away, the reader presses Esc, or the study goes: nothing is dropped.
   * @returns {boolean} whether a thumbnail was being dragged
   */
  cancel() {
    const wasDragged = this.#held?.moved ?? false;
    this.#held = null;
    if (wasDragged) this.#events.end();
    return wasDragged;
  }

  /** Whether a click picks: not the one by which a drag ends. @param {number} detail of the click; 0 = it was made by a key */
  picks(detail) {
    return detail === 0 || !this.#isSpent;
  }
}
