/**
 * The press that opened a study. A double click on a row of the worklist opens by its first click and would go on with its second one
 * in the picture that has come meanwhile: nothing was aimed at there. Pure but for its one instance.
 */

/** As long as a double click may take, and as far apart as its clicks may lie; both with something to spare. */
const SECOND_MS = 1000;
const SECOND_PX = 24;

/** @typedef {{clientX: number, clientY: number, timeStamp: number}} Press */

export class OpeningClick {
  /** @type {Press | null} */
  #opened = null;

  /** @param {Press} press a study is opened by it */
  note({ clientX, clientY, timeStamp }) {
    this.#opened = { clientX, clientY, timeStamp };
  }

  /**
   * Whether a press on the picture still belongs to the one that opened it; presses after it at the same place do as well.
   * @param {Press} press
   */
  covers(press) {
    const first = this.#opened;
    if (!first) return false;
    const isSame =
      press.timeStamp - first.timeStamp < SECOND_MS && Math.hypot(press.clientX - first.clientX, press.clientY - first.clientY) < SECOND_PX;
    this.#opened = isSame ? { ...first, timeStamp: press.timeStamp } : null;
    return isSame;
  }
}

export const openingClick = new OpeningClick();
