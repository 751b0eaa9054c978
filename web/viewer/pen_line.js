/**
 * The line of the length tool while it is drawn: it follows the hand at once, dashed and hollow and without a number, until the
 * host's mark is there. Numbers come from the host alone.
 */

import { MOVED } from '../input/gestures.js';

/** @typedef {import('../ui/marks_on_glass.js').Spot} Spot */
/** @typedef {import('../ui/viewport_overlay.js').ViewportOverlay} ViewportOverlay */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('../protocol/records.js').MarkInfo} MarkInfo */

const KIND = 'length';
/** A line that nothing confirms for this long was not taken. */
const UNCONFIRMED_MS = 1_000;

/**
 * @typedef {object} Line
 * @property {ViewportOverlay} overlay
 * @property {Spot} from where the hand went down
 * @property {Spot} to where it is
 * @property {Spot} grip from the hand to the handle that it holds
 * @property {Spot} anchor the end that stays
 * @property {ReadonlyMap<string, MarkInfo>} before the marks there were
 * @property {boolean} lifted
 */

export class PenLine {
  #reading;
  /** @type {Line | null} */
  #line = null;
  #timer = 0;

  /** @param {Reading} reading */
  constructor(reading) {
    this.#reading = reading;
  }

  /**
   * @param {ViewportOverlay} overlay
   * @param {Spot} at CSS px of its viewport
   * @param {number} reach how near to a handle the hand takes hold of it
   */
  begin(overlay, at, reach) {
    this.clear();
    const held = overlay.marks?.handle(at, reach, KIND);
    const other = held && overlay.marks?.spot(held.mark.points[1 - held.handle] ?? held.mark.points[0]);
    const before = new Map((this.#reading.marks?.marks ?? []).map((mark) => [mark.mark, mark]));
    const grip = held ? { x: held.spot.x - at.x, y: held.spot.y - at.y } : { x: 0, y: 0 };
    this.#line = { overlay, from: at, to: at, grip, anchor: other ?? at, before, lifted: false };
  }

  /** @param {Spot} at CSS px of the viewport it began in */
  move(at) {
    if (!this.#line || this.#line.lifted) return;
    this.#line.to = at;
    this.update();
  }

  /** The hand is lifted: the line waits for the mark. */
  lift() {
    const line = this.#line;
    if (!line) return;
    if (Math.hypot(line.to.x - line.from.x, line.to.y - line.from.y) < MOVED) this.clear();
    else line.lifted = true;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.clear(), UNCONFIRMED_MS);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#line?.overlay.marks?.pen(null);
    this.#line = null;
  }

  /** The host's marks are new. */
  confirmed() {
    if (this.#line?.lifted && !this.#draft()) this.clear();
    else this.update();
  }

  update() {
    const line = this.#line;
    if (!line) return;
    const { overlay, from, to, grip } = line;
    const draft = this.#draft();
    if (draft) {
      const known = line.before.get(draft.mark);
      const stays = known && String(known.points[0]) !== String(draft.points[0]) ? 1 : 0;
      line.anchor = overlay.marks?.spot(draft.points[stays]) ?? line.anchor;
    }
    const hasMoved = Math.hypot(to.x - from.x, to.y - from.y) >= MOVED;
    overlay.marks?.pen(hasMoved ? [line.anchor, overlay.within({ x: to.x + grip.x, y: to.y + grip.y })] : null);
  }

  #draft() {
    return this.#reading.marks?.marks.find(({ draft, kind }) => draft && kind === KIND) ?? null;
  }
}
