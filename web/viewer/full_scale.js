/**
 * Watches whether a pixel of the canvas is a pixel of the screen: its backing size equals its box in device pixels, nothing zooms the
 * page by pinch, its corner lies on a whole device pixel. Where the browser can't tell, it is not.
 */

/** @typedef {import('../picture/fidelity.js').Why} Why */

/** Layout counts in 1/64 of a pixel. */
const WHOLE = 1 / 32;

export class FullScale {
  #canvas;
  /** The canvas's box in device pixels, or null where that is not told. @type {{width: number, height: number} | null} */
  #box = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} changed it may be another answer now
   */
  constructor(canvas, changed) {
    this.#canvas = canvas;
    const observer = new ResizeObserver(([{ devicePixelContentBoxSize: size }]) => {
      this.#box = size?.[0] ? { width: size[0].inlineSize, height: size[0].blockSize } : null;
      changed();
    });
    try {
      observer.observe(canvas, { box: 'device-pixel-content-box' });
    } catch {
      observer.disconnect(); // a browser without that box can't tell
    }
    for (const name of ['resize', 'scroll']) {
      window.visualViewport?.addEventListener(name, changed);
      window.addEventListener(name, changed, { capture: true, passive: true });
    }
  }

  /** Why not; nothing = full scale. @returns {Why} */
  get fault() {
    const box = this.#box;
    const { width, height } = this.#canvas;
    if (!box || !window.visualViewport) return 'unknownScale';
    if (window.visualViewport.scale !== 1) return 'zoomed';
    if (box.width !== width || box.height !== height) return 'scaled';
    const ratio = devicePixelRatio;
    const seen = this.#canvas.getBoundingClientRect();
    if (Math.abs(seen.width * ratio - width) >= 1 || Math.abs(seen.height * ratio - height) >= 1) return 'scaled';
    return isWhole(seen.left * ratio) && isWhole(seen.top * ratio) ? '' : 'offset';
  }
}

/** @param {number} pixels */
function isWhole(pixels) {
  return Math.abs(pixels - Math.round(pixels)) <= WHOLE;
}
