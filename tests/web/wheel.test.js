/** Wheels of many kinds: the traces are as browsers report them (deltaY, wheelDeltaY, deltaMode, ms). */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WheelReducer } from '../../web/input/wheel.js';

const mouse = (timeStamp, notches, pixels = 120) => ({
  deltaY: notches * pixels,
  wheelDeltaY: -notches * 120,
  deltaMode: 0,
  ctrlKey: false,
  timeStamp,
});
const pad = (timeStamp, deltaY) => ({ deltaY, wheelDeltaY: -3 * deltaY, deltaMode: 0, ctrlKey: false, timeStamp });
const steps = (samples, reducer = new WheelReducer()) => samples.reduce((sum, sample) => sum + reducer.next(sample).steps, 0);

test('one notch of a mouse is one image, whatever the browser calls it', () => {
  assert.equal(steps([mouse(0, 1)]), 1);
  assert.equal(steps([mouse(0, -1, 100)]), -1);
  assert.equal(steps([mouse(0, 1, 53)]), 1);
  assert.equal(steps([{ deltaY: 3, deltaMode: 1, ctrlKey: false, timeStamp: 0 }]), 1, 'lines');
  assert.equal(steps([{ deltaY: -1, deltaMode: 2, ctrlKey: false, timeStamp: 0 }]), -1, 'pages');
  assert.equal(steps([{ deltaY: 100, deltaMode: 0, ctrlKey: false, timeStamp: 0 }]), 1, 'no wheelDelta');
});

test('eighths of a notch of a free-spinning wheel sum to notches', () => {
  const turn = Array.from({ length: 24 }, (_, index) => mouse(index * 8, 1 / 8));
  assert.equal(steps(turn), 3);
});

test('when a free-spinning wheel settles back a little, the image does not turn round', () => {
  const reducer = new WheelReducer();
  assert.equal(steps(Array.from({ length: 9 }, (_, index) => mouse(index * 8, 1 / 8)), reducer), 1);
  assert.equal(steps([mouse(90, -1 / 8), mouse(100, -1 / 8)], reducer), 0);
});

test('the first notch after turning round counts', () => {
  const reducer = new WheelReducer();
  assert.equal(steps([mouse(0, 0.5)], reducer), 0);
  assert.equal(steps([mouse(30, -1)], reducer), -1);
});

test('a slow swipe on a trackpad moves image by image', () => {
  const swipe = Array.from({ length: 40 }, (_, index) => pad(index * 16, index % 2 === 0 ? 4 : 6));
  assert.equal(steps(swipe), 5);
});

test('what a trackpad sends after lift-off is ignored', () => {
  const push = [2, 6, 14, 26, 38, 44, 46].map((delta, index) => pad(index * 8, delta));
  const coast = [];
  for (let delta = 44, time = 56; delta >= 1; delta *= 0.93, time += 8) coast.push(pad(time, delta));
  const reducer = new WheelReducer();
  const pushed = steps(push, reducer);
  const coasted = steps(coast, reducer);
  const whole = coast.reduce((sum, { deltaY }) => sum + deltaY, 0) / 40;
  assert.ok(pushed >= 4);
  assert.ok(whole > 14, 'the tail alone would have run on');
  assert.ok(coasted <= 6, `${coasted} steps after lift-off`);
  assert.equal(steps(coast.slice(-20), reducer), 0);
});

test('a new push during the tail is taken at once', () => {
  const reducer = new WheelReducer();
  for (let index = 0; index < 30; index += 1) reducer.next(pad(index * 8, 40 * 0.93 ** index));
  assert.equal(steps([pad(250, 20), pad(258, 30), pad(266, 44)], reducer), 2);
});

test('Ctrl + wheel and pinch zoom, and scroll nothing', () => {
  const reducer = new WheelReducer();
  assert.deepEqual(reducer.next({ ...mouse(0, -1), ctrlKey: true }), { steps: 0, zoom: -1 });
  const pinch = reducer.next({ ...pad(10, -5), ctrlKey: true });
  assert.equal(pinch.steps, 0);
  assert.ok(Math.abs(1.1 ** -pinch.zoom - Math.exp(0.05)) < 1e-9, 'a pinch by 5 % zooms by 5 %');
});
