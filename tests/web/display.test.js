/** What may be doubted after the proof: styles that alter a picture, as a table, and the strips that are read back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Claim } from '../../web/picture/claim.js';
import { PLAIN, alters, paints } from '../../web/picture/display_style.js';
import { STRIPS, holds, stripOf } from '../../web/picture/read_back.js';
import { text } from '../../web/text/en.js';

const ALTERING = {
  filter: ['invert(1)', 'brightness(0.9)', 'hue-rotate(180deg)'],
  opacity: ['0.99', '0'],
  mixBlendMode: ['difference', 'multiply'],
  visibility: ['hidden', 'collapse'],
  clip: ['rect(0px, 9px, 9px, 0px)'],
  clipPath: ['inset(10px)'],
  maskImage: ['linear-gradient(black, transparent)'],
  webkitMaskImage: ['url("x.png")'],
  webkitMaskBoxImageSource: ['url("x.png")'],
  rotate: ['180deg', '1deg'],
  scale: ['-1 1', '1.01'],
  offsetPath: ['circle(9px)'],
  objectFit: ['cover', 'none'],
  objectViewBox: ['inset(9px)'],
  transform: ['matrix(-1, 0, 0, 1, 0, 0)', 'matrix(1, 0, 0, -1, 0, 0)', 'matrix(1, 0.1, 0, 1, 0, 0)', 'matrix3d(1, 0, 0)'],
};

test('every style that alters a picture is found, and every plain value passes', () => {
  assert.equal(alters({}), false, 'what a browser does not know alters nothing');
  assert.deepEqual(Object.keys(ALTERING), [...Object.keys(PLAIN), 'transform']);
  for (const [name, values] of Object.entries(ALTERING)) {
    for (const value of values) assert.equal(alters({ [name]: value }), true, `${name}: ${value}`);
  }
  for (const [name, values] of Object.entries({ ...PLAIN, transform: ['none', 'matrix(1, 0, 0, 1, 20, -4)'] })) {
    for (const value of values) assert.equal(alters({ [name]: value }), false, `${name}: ${value}`);
  }
});

test('a box that is seen over the picture paints, an empty one does not', () => {
  const clear = { backgroundColor: 'rgba(0, 0, 0, 0)', backgroundImage: 'none', backdropFilter: 'none', mixBlendMode: 'normal', boxShadow: 'none' };
  for (const plain of [{}, clear, { ...clear, boxShadow: 'rgb(0, 0, 0) 0px 0px 0px 1px' }]) assert.equal(paints(plain), false);
  for (const painted of [
    { backgroundColor: 'rgba(255, 140, 0, 0.1)' },
    { backgroundColor: 'rgb(0, 0, 0)' },
    { backgroundColor: 'color(srgb 1 0 0 / 0.2)' },
    { backgroundImage: 'linear-gradient(red, red)' },
    { backdropFilter: 'invert(1)' },
    { webkitBackdropFilter: 'invert(1)' },
    { mixBlendMode: 'difference' },
    { boxShadow: 'rgb(0, 0, 0) 0px 0px 0px 99px inset' },
  ]) assert.equal(paints({ ...clear, ...painted }), true, JSON.stringify(painted));
});

test('the strips of a picture of any height are all of it, once each', () => {
  for (const height of [1, 5, STRIPS, 17, 719, 1080, 4096]) {
    const read = new Uint8Array(height);
    for (let strip = 5; strip < 5 + STRIPS; strip += 1) {
      const { from, rows } = stripOf(height, strip);
      for (let row = from; row < from + rows; row += 1) read[row] += 1;
    }
    assert.ok(read.every((times) => times === 1), `${height}`);
  }
});

test('one byte that differs in any strip is found when that strip is read, and only then', () => {
  for (const channels of [1, 3]) {
    const shape = { width: 7, height: 50, channels };
    const packed = Uint8Array.from({ length: 7 * 50 * channels }, (_, at) => at % 251);
    for (let spoiled = 0; spoiled < packed.length; spoiled += 11) {
      const canvas = packed.slice();
      canvas[spoiled] ^= 1;
      const found = Array.from({ length: STRIPS }, (_, strip) => {
        const { from, rows } = stripOf(50, strip);
        return !holds(canvas.subarray(from * 7 * channels, (from + rows) * 7 * channels), packed, shape, from);
      });
      assert.equal(found.filter(Boolean).length, 1);
    }
    assert.equal(holds(packed, packed, shape, 0), true);
    assert.equal(holds(null, packed, shape, 0), false, 'a canvas of another size, or not grey');
    assert.equal(holds(packed, packed, shape, 1), false, 'more than there is');
  }
});

test('a picture that was drawn over is red until it is drawn and proven anew, and no proof of it is refused', () => {
  const around = { isLive: true, isCurrent: true, isVisible: true, scale: '' };
  const claim = new Claim();
  const info = { rtp: 9, revision: 7, scale: 1, size: 100, visible: [100, 50], viewports: [7] };
  const record = { kind: 1, flags: 0, rect: [0, 0, 100, 50] };
  claim.drawn(info, [record], true);
  assert.equal(claim.stands, false, 'not proven yet');
  claim.prove('ab');
  assert.equal(claim.stands, true);
  assert.equal(claim.judge({ ...around, scale: 'altered' }).fidelity, 'lossy');
  claim.refute(7, 'drawnOver', 1);
  assert.deepEqual([claim.stands, claim.judge(around).fidelity, claim.condemned(7)], [false, 'mismatch', '']);
  assert.ok(text.fidelity.refuted[claim.refutation]);
  claim.laid();
  assert.equal(claim.judge(around).fidelity, 'mismatch');
  claim.prove('ab');
  assert.equal(claim.judge(around).fidelity, 'exact');
  claim.touch();
  assert.equal(claim.stands, false, 'nothing is looked at while the hand does something');
});
