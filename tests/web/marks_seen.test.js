/** Host and page agree on where a mark is seen and where a hand takes hold of it; the host's answers are in the fixture. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { REACH, handleNear } from '../../web/viewer/mark_hit.js';
import { isSeen } from '../../web/viewer/mark_sight.js';
import { project } from '../../web/viewer/projection.js';
import { marksSeen } from './fixtures.js';

const CASES = marksSeen();

test('a mark is shown where the host says that it is seen', () => {
  assert.ok(CASES.length > 50);
  for (const { name, mark, record, seen } of CASES) assert.equal(isSeen(mark, record), seen, name);
});

test('a handle is taken hold of where the host takes hold of it, and nowhere where the mark is not shown', () => {
  let held = 0;
  for (const { name, mark, record, grabs } of CASES) {
    const placed = isSeen(mark, record) ? [{ mark, points: mark.points.map((point) => project(record.canvas_from_world, point)) }] : [];
    for (const [x, y, handle] of grabs) {
      assert.equal(handleNear(placed, { x, y }, REACH.mouse, 'length')?.handle ?? null, handle, `${name} at ${x}, ${y}`);
      if (handle !== null) held += 1;
    }
  }
  assert.ok(held > 20);
});

test('each kind of mark is seen somewhere and hidden elsewhere', () => {
  for (const plane of ['', 'axial', 'coronal', 'sagittal']) {
    const own = CASES.filter(({ mark }) => mark.plane === plane);
    assert.ok(own.some(({ seen }) => seen) && own.some(({ seen }) => !seen), plane || 'image');
  }
  const acrossKinds = CASES.filter(({ mark, record, seen }) => seen && (mark.plane === '') !== (record.kind === 1));
  assert.ok(acrossKinds.length > 4, 'marks of images on planes, and marks of planes on images');
});
