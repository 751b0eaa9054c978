/** The size of the picture: what there is place for, and what the host was asked for last. */

/** @typedef {{width: number, height: number, ratio: number}} Size device pixels, and how many of them a CSS pixel has */

export class PictureSize {
  /** What the host was asked for. @type {Size} */
  asked = { width: 1, height: 1, ratio: 1 };
  #stage;
  #limit = { width: 4096, height: 4096 };

  /** @param {Pick<import('../ui/stage.js').Stage, 'askedSize'>} stage */
  constructor(stage) {
    this.#stage = stage;
  }

  /** @param {{max_width: number, max_height: number}} host the largest picture that it serves */
  limit({ max_width: width, max_height: height }) {
    this.#limit = { width, height };
  }

  /** The picture that there is place for. @returns {Size} */
  get wanted() {
    return this.#stage.askedSize(this.#limit.width, this.#limit.height);
  }

  /** Asks for the place that there is. */
  ask() {
    this.asked = this.wanted;
    return this.asked;
  }

  /** @returns {import('../protocol/control.js').FromPage | null} what to ask the host for, where there is place for another picture than it was asked for */
  resized() {
    const { asked, wanted } = this;
    if (asked.width === wanted.width && asked.height === wanted.height && asked.ratio === wanted.ratio) return null;
    this.asked = wanted;
    return { type: 'resize', width: wanted.width, height: wanted.height, device_pixel_ratio: wanted.ratio };
  }
}
