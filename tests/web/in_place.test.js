/** Whether boxes, drawings and letters lie where they were put, as tables. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { areOnTheirSides, coincide, isUnmoved, isWithin } from '../../web/ui/in_place.js';

const BOX = { left: 100, top: 50, width: 400, height: 300 };

test('boxes coincide unless a side differs by what is seen', () => {
  for (const far of [0, 0.2, -0.4]) assert.equal(coincide({ ...BOX, left: BOX.left + far }, BOX), true, String(far));
  for (const side of /** @type {const} */ (['left', 'top', 'width', 'height'])) {
    for (const far of [0.6, -60]) assert.equal(coincide({ ...BOX, [side]: BOX[side] + far }, BOX), false, `${side} ${far}`);
  }
  assert.equal(isWithin({ ...BOX, left: 140, width: 360 }, BOX), true);
  for (const one of [{ left: 99 }, { top: 49 }, { width: 401 }, { height: 301 }]) assert.equal(isWithin({ ...BOX, ...one }, BOX), false);
});

test('a drawing is unmoved only at its corner, at its own scale, and displayed', () => {
  const plain = { a: 1, b: 0, c: 0, d: 1, e: 100, f: 50 };
  assert.equal(isUnmoved(plain, BOX), true);
  assert.equal(isUnmoved(null, BOX), false);
  for (const part of [{ a: -1 }, { b: 0.01 }, { c: 0.01 }, { d: 1.01 }, { e: 160 }, { f: 49 }]) assert.equal(isUnmoved({ ...plain, ...part }, BOX), false);
});

test('letters lie on their sides of each other, whichever of them there are', () => {
  const at = (/** @type {number} */ left, /** @type {number} */ top) => ({ left, top, width: 10, height: 16 });
  const [left, right, top, bottom] = [at(0, 100), at(200, 100), at(100, 0), at(100, 200)];
  for (let which = 0; which < 16; which += 1) {
    const some = [left, right, top, bottom].map((letter, index) => (which & (1 << index) ? letter : null));
    assert.equal(areOnTheirSides(some), true, String(which));
  }
  assert.equal(areOnTheirSides([right, left, top, bottom]), false);
  assert.equal(areOnTheirSides([left, right, bottom, top]), false);
  assert.equal(areOnTheirSides([right, left, null, null]), false);
  assert.equal(areOnTheirSides([null, null, bottom, top]), false);
});
