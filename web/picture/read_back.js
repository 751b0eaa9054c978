/** Whether a canvas still holds the picture that was proven: a strip of it each time, so that all of it has been read after `STRIPS`. Pure. */

/** So many strips make the picture. */
export const STRIPS = 16;

/** @typedef {{width: number, height: number, channels: number}} Shape */

/**
 * The rows of a strip.
 * @param {number} height of the picture
 * @param {number} strip its number, counted on without end
 * @returns {{from: number, rows: number}} rows is 0 where the picture has fewer rows than strips
 */
export function stripOf(height, strip) {
  const at = strip % STRIPS;
  const from = Math.floor((at * height) / STRIPS);
  return { from, rows: Math.floor(((at + 1) * height) / STRIPS) - from };
}

/**
 * @param {Uint8Array | null} read rows of the canvas, packed as in planes.js; null where it holds no such picture
 * @param {Uint8Array} packed the whole picture, proven
 * @param {Shape} shape
 * @param {number} from the first row read
 */
export function holds(read, packed, { width, channels }, from) {
  if (!read) return false;
  const start = from * width * channels;
  if (start + read.length > packed.length) return false;
  for (let at = 0; at < read.length; at += 1) if (read[at] !== packed[start + at]) return false;
  return true;
}
