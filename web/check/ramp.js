/** The grey ramp that all samples hold, and how far pixels are from it. Pure. */

import { SQUARE, SQUARES } from './samples.js';

export const SIDE = SQUARES * SQUARE;

/** Its greys, row by row. */
export function ramp() {
  const greys = new Uint8Array(SIDE * SIDE);
  greys.forEach((_, at) => {
    const row = Math.floor(Math.floor(at / SIDE) / SQUARE);
    greys[at] = row * SQUARES + Math.floor((at % SIDE) / SQUARE);
  });
  return greys;
}

/**
 * @typedef {object} Difference
 * @property {number} pixels that are off
 * @property {number} greys by which they are off at most
 * @property {number} distinct how many of the 256 greys can still be told from each other, in the middles of their squares
 */

/**
 * @param {(at: number) => readonly number[]} samples of a pixel, by its index: one value or three
 * @returns {Difference}
 */
export function difference(samples) {
  let pixels = 0;
  let greys = 0;
  ramp().forEach((grey, at) => {
    const off = Math.max(...samples(at).map((value) => Math.abs(value - grey)));
    if (off > 0) pixels += 1;
    greys = Math.max(greys, off);
  });
  const middles = new Set();
  for (let row = 0; row < SQUARES; row += 1) {
    for (let column = 0; column < SQUARES; column += 1) {
      middles.add(samples((row * SQUARE + SQUARE / 2) * SIDE + column * SQUARE + SQUARE / 2).join());
    }
  }
  return { pixels, greys, distinct: middles.size };
}
