/** Whether pictures come through this browser as they were sent: decoders, canvas, images, hash. */

import { decodeImage } from '../picture/image_decoder.js';
import { text } from '../text/en_check.js';
import { decodeSample, lumaOf, sampleBytes } from './decoder.js';
import { SIDE, difference } from './ramp.js';
import { SAMPLES } from './samples.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {import('./row.js').Check} Check */

const { rows } = text;
/** SHA-256 of "abc" (FIPS 180-4, B.1). */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const HASHED_BYTES = 4_000_000;
const CANVAS_WIDTH = 256;
const CANVAS_HEIGHT = 64;

/** @type {readonly Check[]} */
export const PICTURE_CHECKS = [
  { id: 'baseline', run: () => decoded('baseline') },
  { id: 'high', run: () => decoded('high') },
  { id: 'lossless', run: () => decoded('lossless') },
  { id: 'ramp', run: greysOnCanvas },
  { id: 'png', run: () => image('png') },
  { id: 'jxl', run: () => image('jxl') },
  { id: 'canvas', run: canvasKeeps },
  { id: 'hash', run: hashes },
];

/**
 * @param {string} id
 * @returns {Promise<Row>}
 */
async function decoded(id) {
  if (typeof VideoDecoder !== 'function') return { id, outcome: 'told', words: rows.decode.noDecoder };
  const frame = await decodeSample(id);
  if (!frame) {
    // Without the lossless profile, exact pictures come as images.
    if (id === 'lossless') return { id, outcome: 'weak', words: rows.decode.insteadOf };
    return { id, outcome: id === 'baseline' ? 'bad' : 'weak', words: rows.decode.unsupported };
  }
  try {
    const luma = await lumaOf(frame);
    return verdict(id, difference((at) => [luma[at]]));
  } finally {
    frame.close();
  }
}

/** @returns {Promise<Row>} */
async function greysOnCanvas() {
  const frame = typeof VideoDecoder === 'function' ? await decodeSample('baseline') : null;
  if (!frame) return { id: 'ramp', outcome: 'told', words: rows.ramp.unsupported };
  const { context } = canvasOf(SIDE, SIDE);
  context.drawImage(frame, 0, 0);
  frame.close();
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  const { greys, distinct } = difference((at) => [...data.subarray(4 * at, 4 * at + 3)]);
  const outcome = greys === 0 ? 'good' : greys <= 2 && distinct >= 250 ? 'weak' : 'bad';
  return { id: 'ramp', outcome, words: rows.ramp.words(greys, distinct) };
}

/**
 * @param {'png' | 'jxl'} id
 * @returns {Promise<Row>}
 */
async function image(id) {
  const shown = await decodeImage(sampleBytes(id), SAMPLES[id].codec).catch(() => null);
  if (shown?.kind !== 'pixels') {
    return { id, outcome: id === 'png' ? 'bad' : 'told', words: id === 'png' ? rows.decode.unsupported : rows.decode.insteadOf };
  }
  const { pixels } = shown;
  return verdict(id, difference((at) => [pixels[at] & 0xff, (pixels[at] >> 8) & 0xff, (pixels[at] >> 16) & 0xff]));
}

/**
 * @param {string} id
 * @param {import('./ramp.js').Difference} difference
 * @returns {Row}
 */
function verdict(id, { pixels, greys }) {
  if (pixels === 0) return { id, outcome: 'good', words: rows.decode.exact };
  return { id, outcome: 'bad', words: rows.decode.off(greys, pixels) };
}

/** Some browsers change what pages read from a canvas, each page a little differently. @returns {Row} */
function canvasKeeps() {
  const { context } = canvasOf(CANVAS_WIDTH, CANVAS_HEIGHT);
  const put = context.createImageData(CANVAS_WIDTH, CANVAS_HEIGHT);
  put.data.forEach((_, at) => {
    put.data[at] = at % 4 === 3 ? 255 : Math.imul(at, 0x9e3779b1) >>> 24;
  });
  context.putImageData(put, 0, 0);
  const got = context.getImageData(0, 0, CANVAS_WIDTH, CANVAS_HEIGHT).data;
  const changed = new Set();
  got.forEach((value, at) => value !== put.data[at] && changed.add(at >> 2));
  if (changed.size > 0) return { id: 'canvas', outcome: 'bad', words: rows.canvas.bad(changed.size) };
  return { id: 'canvas', outcome: 'good', words: rows.canvas.good };
}

/** @returns {Promise<Row>} */
async function hashes() {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) return { id: 'hash', outcome: 'bad', words: rows.hash.bad };
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode('abc')));
  const written = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (written !== ABC) return { id: 'hash', outcome: 'bad', words: rows.hash.wrong };
  const began = performance.now();
  await subtle.digest('SHA-256', new Uint8Array(HASHED_BYTES));
  const speed = HASHED_BYTES / 1e3 / Math.max(0.1, performance.now() - began);
  return { id: 'hash', outcome: 'good', words: rows.hash.good(speed.toFixed(0)) };
}

/**
 * @param {number} width
 * @param {number} height
 */
function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('This browser gives no 2D canvas.');
  return { canvas, context };
}
