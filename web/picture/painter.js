/** Draws decoded frames into the one canvas, device pixel for device pixel. */

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('./outlet.js').Drawable} Drawable */

/**
 * The size of the whole picture in device pixels. While the host draws at a smaller scale, it is the size that was asked for,
 * or what the scale says when the frame is still of an older size.
 * @param {FrameInfo} info
 * @param {{width: number, height: number}} asked
 */
export function pictureSize(info, asked) {
  const [width, height] = info.visible;
  const scale = info.scale > 0 ? info.scale : 1;
  if (scale === 1) return { width, height };
  const fits = Math.abs(asked.width * scale - width) <= 1.5 && Math.abs(asked.height * scale - height) <= 1.5;
  return fits ? asked : { width: Math.round(width / scale), height: Math.round(height / scale) };
}

export class Painter {
  #canvas;
  #context;
  /** @type {FrameInfo | null} */
  #last = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    // Said explicitly: left open, Chromium moves the canvas to the CPU for good after two read-backs, and moving pictures suffer.
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: false });
    if (!context) throw new Error('This browser gives no 2D canvas.');
    this.#canvas = canvas;
    this.#context = context;
  }

  /** Black, and no picture is remembered. */
  clear() {
    this.#last = null;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  /**
   * @param {Drawable} source
   * @param {FrameInfo | null} info null = the words are lost; drawn as another of the same coded size, if one was told of
   * @param {{width: number, height: number}} asked the size asked for, device pixels
   * @param {import('./presentation.js').Heard} heard
   * @returns {boolean} whether it was drawn
   */
  paint(source, info, asked, heard) {
    const shape = info ?? this.#like(...sourceSize(source), heard);
    if (!shape) return false;
    if (info) this.#last = info;
    const [width, height] = shape.visible;
    const size = pictureSize(shape, asked);
    this.#fit(size.width, size.height);
    this.#context.imageSmoothingEnabled = width !== size.width || height !== size.height;
    this.#context.imageSmoothingQuality = 'medium';
    this.#context.drawImage(source, 0, 0, width, height, 0, 0, size.width, size.height);
    return true;
  }

  /**
   * The words of the frame before, if it has this coded size; else of the newest that has.
   * @param {number} width
   * @param {number} height
   * @param {import('./presentation.js').Heard} heard
   */
  #like(width, height, heard) {
    const [codedWidth, codedHeight] = this.#last?.coded ?? [0, 0];
    return width === codedWidth && height === codedHeight ? this.#last : heard(width, height);
  }

  /**
   * What is drawn with, the canvas having this size.
   * @param {number} width device pixels
   * @param {number} height
   */
  fitted(width, height) {
    this.#fit(width, height);
    return this.#context;
  }

  /** What is drawn with, where the canvas has this size; else null. @param {{width: number, height: number}} size */
  ofSize({ width, height }) {
    return this.#canvas.width === width && this.#canvas.height === height ? this.#context : null;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #fit(width, height) {
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }
}

/**
 * @param {Drawable} source
 * @returns {[number, number]}
 */
function sourceSize(source) {
  return 'videoWidth' in source ? [source.videoWidth, source.videoHeight] : [source.displayWidth, source.displayHeight];
}
