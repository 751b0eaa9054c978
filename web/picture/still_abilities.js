/** How this browser can take an exact still, and whether it can prove one. Found out once, when what proves a picture has come. */

import { decodeImage } from './image_decoder.js';
import { fromPixels } from './planes.js';

/** @typedef {import('../protocol/control.js').StillMethod} StillMethod */

/** Why exactness can't be proven here: a name in text.fidelity.unable. @typedef {'' | 'insecure' | 'canvas'} Unable */

/** A lossless JPEG XL image of 8 × 8 greys, 1, 5, 9 … 253. */
const JXL =
  '/wpBQFDcCAgCAQDYA0sYm5xxhAM4gAM4IErAOQUBACBEgAgQASJAhP/37/nvoTHnnGvtc2+SJAkBVVVVVVXV////c+/r7u7uhv/37/nvoTHnnGvtc2+SJAkBVVVVVVXV////c+/r' +
  '7u7uhv/37/nvoTHnnGvtc2+SJAkBVVVVVVXV////c+/r7u7uhv/37/nvoTHnnGvtc2+SJAkBVVVVVVXV////c+/r7u7uvgAEAVhRFEVRFEVRFEVRFEVRFEVRFEVRFEVRFEVRFEVR' +
  'FEVRFEVRFEVRFEVRFEVRFEVRFGZmZmYDZmZmNmBmZmYDZmZmNmBmZmYDZmZmNmBmZmYDZmZmBg==';
const SIDE = 8;

export class StillAbilities {
  /** @type {Unable} */
  unable;
  #isTrack;
  #isJxl = false;
  /** It has turned out that it can more than was said. @type {() => void} */
  onMore = () => undefined;

  /** @param {boolean} onlyImages as if the browser could not decode stills as video */
  constructor(onlyImages) {
    this.#isTrack = !onlyImages && takesVideo();
    this.unable = !globalThis.crypto?.subtle ? 'insecure' : keepsPixels() ? '' : 'canvas';
    if (!this.unable) void this.#tryJxl();
  }

  /** Best first; none where exactness can't be proven. @returns {StillMethod[]} */
  get methods() {
    if (this.unable) return [];
    return [...(this.#isTrack ? /** @type {const} */ (['track']) : []), ...(this.#isJxl ? /** @type {const} */ (['jxl']) : []), 'png'];
  }

  async #tryJxl() {
    try {
      const image = Uint8Array.from(atob(JXL), (letter) => letter.charCodeAt(0));
      const decoded = await decodeImage(image, 'image/jxl');
      const greys = decoded.kind === 'pixels' && decoded.width === SIDE ? fromPixels(decoded.pixels, 1) : null;
      this.#isJxl = greys?.length === SIDE * SIDE && greys.every((grey, index) => grey === 4 * index + 1);
      if (this.#isJxl) this.onMore();
    } catch {
      this.#isJxl = false; // a browser without JPEG XL: it gets PNG
    }
  }
}

/** Whether it decodes High 4:4:4 Predictive (profile-level-id f4…, RFC 6184 8.1) and gives the decoded bytes. */
function takesVideo() {
  if (typeof MediaStreamTrackProcessor !== 'function' || typeof VideoFrame !== 'function' || !('copyTo' in VideoFrame.prototype)) return false;
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.('video')?.codecs ?? [];
  return codecs.some(({ sdpFmtpLine }) => /profile-level-id=f4/i.test(sdpFmtpLine ?? ''));
}

/** Whether a canvas gives back what was put into it: some browsers change it a little, so that nobody is told by it. */
function keepsPixels() {
  const canvas = document.createElement('canvas');
  canvas.width = 256;
  canvas.height = SIDE;
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: false });
  if (!context) return false;
  const image = context.createImageData(canvas.width, canvas.height);
  const put = new Uint32Array(image.data.buffer);
  put.forEach((_, index) => {
    put[index] = 0xff00_0000 | (Math.imul(index, 0x01_0305) & 0xff_ffff);
  });
  context.putImageData(image, 0, 0);
  const got = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return got.every((pixel, index) => pixel === put[index]);
}
