/** What is hashed, drawn and read back are the same bytes in other forms, or it is said that they are not. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';

import { encodePng } from '../../web/format/png.js';
import { fromPixels, toPixels, unpack } from '../../web/picture/planes.js';

const random = (length, seed = 1) => {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at += 1) bytes[at] = (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16;
  return bytes;
};
const plane = (bytes, stride, width, height) => ({ kind: 'plane', bytes, stride, width, height });

test('every colour and every grey goes through the canvas’s form and back', () => {
  for (const [channels, count] of [[1, 256], [3, 4096]]) {
    const packed = channels === 1 ? Uint8Array.from({ length: 256 }, (_, grey) => grey) : random(3 * count);
    const pixels = new Uint32Array(count);
    toPixels(packed, channels, pixels);
    assert.deepEqual(new Uint8Array(pixels.buffer).filter((_, at) => at % 4 === 3), new Uint8Array(count).fill(255));
    assert.deepEqual(fromPixels(pixels, channels), packed);
  }
});

test('one changed bit of any channel is found: a grey picture that is not grey, an opaque one that is not', () => {
  const pixels = new Uint32Array(100);
  toPixels(random(100), 1, pixels);
  for (let bit = 0; bit < 32; bit += 1) {
    const changed = pixels.slice();
    changed[57] ^= 1 << bit;
    assert.equal(fromPixels(changed, 1), null, `bit ${bit}`);
    const colour = fromPixels(changed, 3);
    if (bit >= 24) assert.equal(colour, null, `alpha bit ${bit}`);
    else assert.notDeepEqual(colour, fromPixels(pixels, 3), `bit ${bit}`);
  }
});

test('grey is cut out of the padded plane, whatever its stride', () => {
  const shape = { width: 5, height: 3, coded: [6, 4], channels: 1, planes: 'grey' };
  for (const stride of [6, 16]) {
    const bytes = random(stride * 4);
    const expected = [0, 1, 2].flatMap((row) => [...bytes.subarray(row * stride, row * stride + 5)]);
    assert.deepEqual([...unpack(plane(bytes, stride, 6, 4), shape)], expected);
  }
});

test('colour is merged from its planes modulo 256', () => {
  const [width, height, coded] = [5, 3, [6, 12]];
  const rgb = random(width * height * 3, 7);
  const luma = new Uint8Array(8 * 12);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [r, g, b] = rgb.subarray(3 * (y * width + x));
      [g, b - g, r - g].forEach((value, index) => {
        luma[(index * 4 + y) * 8 + x] = value;
      });
    }
  }
  const shape = { width, height, coded, channels: 3, planes: 'gbr' };
  assert.deepEqual(unpack(plane(luma, 8, 6, 12), shape), rgb);
  const pixels = Uint32Array.from({ length: 6 * 12 }, (_, at) => 0xff00_0000 | (luma[Math.floor(at / 6) * 8 + (at % 6)] * 0x01_0101));
  assert.deepEqual(unpack({ kind: 'pixels', pixels, width: 6, height: 12 }, shape), rgb, 'an image of the same planes');
});

test('an image of the picture itself is taken as it is', () => {
  const pixels = new Uint32Array(15);
  toPixels(random(45), 3, pixels);
  const shape = { width: 5, height: 3, coded: [5, 3], channels: 3, planes: 'gbr' };
  assert.deepEqual(unpack({ kind: 'pixels', pixels, width: 5, height: 3 }, shape), random(45));
});

test('what has another size or form than was announced is refused', () => {
  const shape = { width: 5, height: 3, coded: [6, 4], channels: 1, planes: 'grey' };
  const bytes = random(6 * 12);
  assert.equal(unpack(plane(bytes, 6, 6, 6), shape), null);
  assert.equal(unpack(plane(bytes, 8, 8, 4), shape), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, planes: 'gbr' }), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, height: 5 }), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, width: 7 }), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, channels: 2 }), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, channels: 3 }), null);
  assert.equal(unpack(plane(bytes, 6, 6, 4), { ...shape, coded: [6, 4], planes: 'gbr', channels: 3 }), null, 'no third of the height');
});

test('a saved picture holds exactly the bytes that were proven', async () => {
  for (const channels of [1, 3]) {
    const [width, height] = [7, 5];
    const packed = random(width * height * channels, 3);
    const png = new Uint8Array(await (await encodePng(packed, { width, height, channels }, 'words')).arrayBuffer());
    assert.equal(Buffer.from(png.subarray(1, 4)).toString(), 'PNG');
    const view = new DataView(png.buffer);
    const chunks = {};
    for (let at = 8; at < png.length; ) {
      const length = view.getUint32(at);
      chunks[Buffer.from(png.subarray(at + 4, at + 8)).toString()] = png.subarray(at + 8, at + 8 + length);
      at += 12 + length;
    }
    assert.deepEqual([...chunks.IHDR], [0, 0, 0, width, 0, 0, 0, height, 8, channels === 1 ? 0 : 2, 0, 0, 0]);
    assert.equal(Buffer.from(chunks.tEXt).toString('latin1'), 'Comment\0words');
    const rows = inflateSync(chunks.IDAT);
    const stride = width * channels;
    const got = new Uint8Array(packed.length);
    for (let row = 0; row < height; row += 1) {
      const filter = rows[row * (stride + 1)];
      for (let at = 0; at < stride; at += 1) {
        const above = filter === 2 ? got[(row - 1) * stride + at] : 0;
        got[row * stride + at] = rows[row * (stride + 1) + 1 + at] + above;
      }
    }
    assert.equal(createHash('sha256').update(got).digest('hex'), createHash('sha256').update(packed).digest('hex'));
  }
});
