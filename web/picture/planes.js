/**
 * A still's bytes in their four forms: as the decoder gives them, packed (what is hashed), as canvas pixels, and back. Pure.
 *
 * Packed: rows top down without padding, one byte a pixel, or R, G, B. Canvas pixels are 32-bit words in the byte order of every
 * machine that runs a browser: R lowest, alpha highest.
 */

/** @typedef {{width: number, height: number, coded: readonly [number, number], channels: number, planes: string}} Shape of a StillProof */
/**
 * What a decoder gave: one plane of bytes (luma), or the pixels of an image.
 * @typedef {{kind: 'plane', bytes: Uint8Array, stride: number, width: number, height: number}
 *   | {kind: 'pixels', pixels: Uint32Array, width: number, height: number}} Decoded
 */

const OPAQUE = 0xff00_0000;
const GREY = 0x01_0101;

/**
 * Whether a decoded still has the size and form that were announced, whatever its pixels are.
 * @param {Decoded} decoded
 * @param {Shape} shape
 */
export function fits(decoded, shape) {
  const { width, height, coded, channels, planes } = shape;
  if (channels !== 1 && channels !== 3) return false;
  if (isWhole(decoded, shape)) return true;
  if (decoded.width !== coded[0] || decoded.height !== coded[1] || width > coded[0]) return false;
  if (planes === 'grey') return channels === 1 && height <= coded[1];
  return planes === 'gbr' && channels === 3 && Number.isInteger(coded[1] / 3) && height <= coded[1] / 3;
}

/**
 * The packed bytes of a decoded still; null where it does not fit, or where its pixels can't be those of such a picture: not grey, not
 * opaque.
 * @param {Decoded} decoded
 * @param {Shape} shape
 * @returns {Uint8Array | null}
 */
export function unpack(decoded, shape) {
  if (!fits(decoded, shape)) return null;
  const { width, height, coded, channels, planes } = shape;
  if (decoded.kind === 'pixels' && isWhole(decoded, shape)) return fromPixels(decoded.pixels, channels);
  const luma = decoded.kind === 'plane' ? decoded.bytes : fromPixels(decoded.pixels, 1);
  const stride = decoded.kind === 'plane' ? decoded.stride : decoded.width;
  if (!luma) return null;
  return planes === 'grey' ? cropped(luma, stride, width, height) : merged(luma, stride, coded[1] / 3, width, height);
}

/**
 * Whether it is an image of the picture itself, in no other arrangement.
 * @param {Decoded} decoded
 * @param {Shape} shape
 */
function isWhole(decoded, { width, height }) {
  return decoded.kind === 'pixels' && decoded.width === width && decoded.height === height;
}

/**
 * @param {Uint8Array} luma
 * @param {number} stride
 * @param {number} width
 * @param {number} height
 */
function cropped(luma, stride, width, height) {
  if (stride === width) return luma.subarray(0, width * height);
  const packed = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) packed.set(luma.subarray(row * stride, row * stride + width), row * width);
  return packed;
}

/**
 * Three planes below each other, G, B − G and R − G modulo 256, as R, G, B.
 * @param {Uint8Array} luma
 * @param {number} stride
 * @param {number} rows of one plane
 * @param {number} width
 * @param {number} height
 */
function merged(luma, stride, rows, width, height) {
  const packed = new Uint8Array(width * height * 3);
  const plane = rows * stride;
  let to = 0;
  for (let row = 0; row < height; row += 1) {
    for (let from = row * stride, end = from + width; from < end; from += 1, to += 3) {
      const green = luma[from];
      packed[to] = green + luma[from + 2 * plane];
      packed[to + 1] = green;
      packed[to + 2] = green + luma[from + plane];
    }
  }
  return packed;
}

/**
 * @param {Uint8Array} packed
 * @param {number} channels
 * @param {Uint32Array} pixels is filled
 */
export function toPixels(packed, channels, pixels) {
  const count = pixels.length;
  if (channels === 1) {
    for (let at = 0; at < count; at += 1) pixels[at] = OPAQUE | (packed[at] * GREY);
  } else {
    for (let at = 0, from = 0; at < count; at += 1, from += 3) {
      pixels[at] = OPAQUE | (packed[from + 2] << 16) | (packed[from + 1] << 8) | packed[from];
    }
  }
}

/**
 * The packed bytes of canvas pixels, or null where a pixel is not opaque or, with one channel, not grey.
 * @param {Uint32Array} pixels
 * @param {number} channels
 * @returns {Uint8Array | null}
 */
export function fromPixels(pixels, channels) {
  const count = pixels.length;
  const packed = new Uint8Array(count * channels);
  let wrong = 0;
  if (channels === 1) {
    for (let at = 0; at < count; at += 1) {
      const pixel = pixels[at];
      const grey = pixel & 0xff;
      packed[at] = grey;
      wrong |= pixel ^ (OPAQUE | (grey * GREY));
    }
  } else {
    for (let at = 0, to = 0; at < count; at += 1, to += 3) {
      const pixel = pixels[at];
      packed[to] = pixel;
      packed[to + 1] = pixel >>> 8;
      packed[to + 2] = pixel >>> 16;
      wrong |= ~pixel & OPAQUE;
    }
  }
  return wrong === 0 ? packed : null;
}
