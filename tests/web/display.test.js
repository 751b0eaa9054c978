/** What may be doubted after the proof: styles that alter a picture, as a table, and the strips that are read back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Claim } from '../../web/picture/claim.js';
import { PLAIN, alters, mayTouch } from '../../web/picture/display_style.js';
import { meets, paints, reach } from '../../web/picture/ink.js';
import { STRIPS, holds, stripOf } from '../../web/picture/read_back.js';
import { text } from '../../web/text/en.js';

const ROUND = ['40px', '50%'];
const ALTERING = {
  filter: ['invert(1)', 'brightness(0.9)', 'hue-rotate(180deg)'],
  opacity: ['0.99', '0'],
  'mix-blend-mode': ['difference', 'multiply'],
  visibility: ['hidden', 'collapse'],
  clip: ['rect(0px, 9px, 9px, 0px)'],
  'clip-path': ['inset(10px)'],
  'mask-image': ['linear-gradient(black, transparent)'],
  '-webkit-mask-image': ['url("x.png")'],
  '-webkit-mask-box-image-source': ['url("x.png")'],
  '-webkit-box-reflect': ['below 0px'],
  rotate: ['180deg', '1deg'],
  scale: ['-1 1', '1.01'],
  'offset-path': ['circle(9px)'],
  'object-fit': ['cover', 'none'],
  'object-view-box': ['inset(9px)'],
  'content-visibility': ['hidden', 'auto'],
  'outline-style': ['solid', 'auto'],
  'border-top-left-radius': ROUND,
  'border-top-right-radius': ROUND,
  'border-bottom-left-radius': ROUND,
  'border-bottom-right-radius': ROUND,
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

test('a property that may touch pixels must have its initial value, also one that nobody here knows', () => {
  const initial = new Map([['shine-through', 'none'], ['image-rendering', 'auto'], ['transform', 'none'], ['rotate', 'none']]);
  const plain = { 'shine-through': 'none', 'image-rendering': 'pixelated', transform: 'matrix(1, 0, 0, 1, 2, 0)', rotate: '0deg' };
  assert.equal(alters(plain, initial), false);
  assert.equal(alters({ ...plain, 'shine-through': 'much' }, initial), true);
  assert.equal(alters({ ...plain, 'image-rendering': 'crisp-edges' }, initial), true);
});

test('what may touch pixels is all but what is known not to', () => {
  const may = [
    'background-blend-mode', 'backdrop-filter', 'border-shape', 'border-end-end-radius', 'corner-top-left-shape', 'column-count', 'contain', 'content',
    'dynamic-range-limit', 'image-orientation', 'mask-border-source', 'mask', 'offset-path', 'outline-style', 'perspective', 'transform', 'transform-style',
    'backface-visibility', 'view-transition-name', 'zoom', 'anything-new', '-webkit-anything-new', 'image-rendering', 'box-shadow', 'overlay', 'appearance',
  ];
  const not = ['width', 'font-size', 'text-shadow', 'grid-row-start', 'margin-top', 'background-color', 'border-top-width', 'scroll-margin-top', 'cursor', 'z-index', '--anything'];
  assert.deepEqual(may.filter((name) => !mayTouch(name)), []);
  assert.deepEqual(not.filter(mayTouch), []);
});

test('a box that is seen over the picture paints, an empty one does not', () => {
  const line = { 'border-top-style': 'none', 'border-top-width': '0px', 'outline-style': 'none', 'outline-width': '3px', 'outline-color': 'rgb(0, 0, 0)' };
  const clear = { 'background-color': 'rgba(0, 0, 0, 0)', 'background-image': 'none', 'backdrop-filter': 'none', 'mix-blend-mode': 'normal', 'box-shadow': 'none', filter: 'none', ...line };
  const hidden = { 'border-top-style': 'solid', 'border-top-width': '9px', 'border-top-color': 'rgba(0, 0, 0, 0)' };
  for (const plain of [{}, clear, { ...clear, ...hidden }]) assert.equal(paints(plain), false);
  for (const painted of [
    { 'background-color': 'rgba(255, 140, 0, 0.1)' },
    { 'background-color': 'rgb(0, 0, 0)' },
    { 'background-color': 'color(srgb 1 0 0 / 0.2)' },
    { 'background-image': 'linear-gradient(red, red)' },
    { 'backdrop-filter': 'invert(1)' },
    { '-webkit-backdrop-filter': 'invert(1)' },
    { filter: 'url("#flood")' },
    { 'mix-blend-mode': 'difference' },
    { 'box-shadow': 'rgb(0, 0, 0) 0px 0px 0px 99px inset' },
    { 'box-shadow': 'rgb(0, 0, 0) 0px 0px 0px 99px' },
    { 'border-image-source': 'url("x.png")' },
    { 'outline-style': 'solid' },
    ...['top', 'right', 'bottom', 'left'].map((side) => ({ [`border-${side}-style`]: 'dashed', [`border-${side}-width`]: '2px', [`border-${side}-color`]: 'rgb(9, 9, 9)' })),
  ]) assert.equal(paints({ ...clear, ...painted }), true, JSON.stringify(painted));
});

test('paint reaches as far beyond its box as outline, shadow and filter may', () => {
  const table = [
    [{}, 0],
    [{ 'outline-style': 'solid', 'outline-width': '3px', 'outline-offset': '20px' }, 23],
    [{ 'outline-style': 'none', 'outline-width': '3px', 'outline-offset': '20px' }, 0],
    [{ 'box-shadow': 'rgb(0, 0, 0) -300px 0px 4px 6px' }, 310],
    [{ filter: 'blur(10px)' }, 30],
    [{ filter: 'url("#far")' }, Infinity],
    [{ 'border-image-source': 'url("x.png")' }, Infinity],
  ];
  for (const [style, far] of table) assert.equal(reach(style), far, JSON.stringify(style));
  const canvas = { left: 10, top: 10, right: 20, bottom: 20 };
  assert.equal(meets({ left: 0, top: 0, right: 10, bottom: 30 }, canvas), false, 'beside it');
  assert.equal(meets({ left: 0, top: 15, right: 11, bottom: 15.5 }, canvas), true);
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
