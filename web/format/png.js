/** Writes a PNG without loss and without a canvas (ISO/IEC 15948): 8 bit grey or RGB, exactly the bytes it is given. Pure. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const GREY = 0;
const RGB = 2;

/**
 * @param {Uint8Array} packed rows top down without padding
 * @param {{width: number, height: number, channels: number}} shape channels 1 or 3
 * @param {string} comment ASCII
 * @returns {Promise<Blob>}
 */
export async function encodePng(packed, { width, height, channels }, comment) {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, channels === 1 ? GREY : RGB, 0, 0, 0], 8);
  const words = Uint8Array.from(`Comment\0${comment}`, (letter) => letter.charCodeAt(0));
  const pixels = await deflate(filtered(packed, width * channels, height));
  const parts = [chunk('IHDR', head), chunk('tEXt', words), chunk('IDAT', pixels), chunk('IEND', new Uint8Array())];
  return new Blob([new Uint8Array(SIGNATURE), ...parts.flat()], { type: 'image/png' });
}

/**
 * Each row as its differences from the row above (filter type 2, Up), which medical pictures compress well by.
 * @param {Uint8Array} packed
 * @param {number} stride
 * @param {number} height
 */
function filtered(packed, stride, height) {
  const rows = new Uint8Array((stride + 1) * height);
  for (let row = 0, to = 0, from = 0; row < height; row += 1) {
    rows[to] = row === 0 ? 0 : 2;
    to += 1;
    for (const end = from + stride; from < end; from += 1, to += 1) rows[to] = packed[from] - (row === 0 ? 0 : packed[from - stride]);
  }
  return rows;
}

/**
 * zlib (RFC 1950).
 * @param {Uint8Array<ArrayBuffer>} data
 */
async function deflate(data) {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} type
 * @param {Uint8Array<ArrayBuffer>} data
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
function chunk(type, data) {
  const name = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, data.length);
  const check = new Uint8Array(4);
  new DataView(check.buffer).setUint32(0, crc(name, data));
  return [length, name, data, check];
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let rest = index;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb8_8320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** CRC-32 of several parts in a row. @param {...Uint8Array} parts */
function crc(...parts) {
  let sum = 0xffff_ffff;
  for (const part of parts) for (const byte of part) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffff_ffff) >>> 0;
}
