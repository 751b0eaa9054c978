/** Pointers become gestures: one finger is a tool, two are one gesture, and whatever is lost is cancelled. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Gestures } from '../../web/input/gestures.js';
import { EventKind, PointerType } from '../../web/protocol/moves.js';

const NAMES = Object.fromEntries(Object.entries(EventKind).map(([name, value]) => [value, name]));
const sample = (pointerType, id, x, y, time, more = {}) => ({ pointerType, id, x, y, time, button: 0, buttons: 1, ...more });
const mouse = (x, y, time, more) => sample('mouse', 1, x, y, time, more);
const finger = (id, x, y, time) => sample('touch', id, x, y, time);
const kinds = (events) => events.map(({ kind }) => NAMES[kind]);

test('a mouse drag is down, positions, up', () => {
  const hand = new Gestures();
  assert.deepEqual(kinds(hand.down(mouse(10, 10, 0, { button: 2, buttons: 2 }))), ['DOWN']);
  assert.deepEqual(hand.move(mouse(30, 20, 16, { buttons: 2 })), []);
  assert.deepEqual({ ...hand.now }, { gesture: 1, buttons: 2, pointer: PointerType.MOUSE, x: 30, y: 20, scale: 1 });
  const [up] = hand.up(mouse(31, 21, 32, { buttons: 0 }));
  assert.equal(up.button, 2, 'the button that began it');
  assert.equal(hand.now.buttons, 0);
  assert.ok(!hand.isOpen);
});

test('two quick clicks at one place are also a double', () => {
  const hand = new Gestures();
  const click = (time, x = 50) => [...hand.down(mouse(x, 50, time)), ...hand.up(mouse(x, 50, time + 60))];
  assert.deepEqual(kinds(click(0)), ['DOWN', 'UP']);
  assert.deepEqual(kinds(click(200)), ['DOWN', 'UP', 'DOUBLE']);
  assert.deepEqual(kinds(click(400)), ['DOWN', 'UP'], 'a third click is no second double');
  assert.deepEqual(kinds(click(1500)), ['DOWN', 'UP']);
  assert.deepEqual(kinds(click(1700, 90)), ['DOWN', 'UP'], 'elsewhere');
});

test('a drag after a click is no double', () => {
  const hand = new Gestures();
  hand.down(mouse(50, 50, 0));
  hand.up(mouse(50, 50, 50));
  hand.down(mouse(50, 50, 150));
  hand.move(mouse(90, 50, 180));
  assert.deepEqual(kinds(hand.up(mouse(90, 50, 200))), ['UP']);
});

test('one finger begins when it moves, at the place where it touched', () => {
  const hand = new Gestures();
  assert.deepEqual(hand.down(finger(1, 100, 100, 0)), []);
  assert.deepEqual(hand.move(finger(1, 102, 103, 16)), []);
  const [down] = hand.move(finger(1, 100, 120, 32));
  assert.deepEqual([NAMES[down.kind], down.x, down.y, down.pointer], ['DOWN', 100, 100, PointerType.TOUCH]);
  assert.equal(hand.now.y, 120);
});

test('a finger that rests begins too, and a tap is down and up', () => {
  const resting = new Gestures();
  resting.down(finger(1, 5, 5, 0));
  assert.deepEqual(resting.tick(60), []);
  assert.deepEqual(kinds(resting.tick(130)), ['DOWN']);
  const tapping = new Gestures();
  tapping.down(finger(1, 5, 5, 0));
  assert.deepEqual(kinds(tapping.up(finger(1, 5, 5, 50))), ['DOWN', 'UP']);
});

test('two fingers are one gesture with centroid and scale, and the one-finger gesture never began', () => {
  const hand = new Gestures();
  assert.deepEqual(hand.down(finger(1, 100, 100, 0)), []);
  const events = hand.down(finger(2, 200, 100, 40));
  assert.deepEqual(kinds(events), ['DOWN']);
  assert.equal(events[0].pointer, PointerType.TWO_FINGERS);
  hand.move(finger(1, 50, 100, 60));
  hand.move(finger(2, 250, 140, 60));
  assert.equal(hand.now.x, 150);
  assert.equal(hand.now.y, 120);
  assert.ok(Math.abs(hand.now.scale - Math.hypot(200, 40) / 100) < 1e-9);
});

test('a second finger during a one-finger drag cancels the drag', () => {
  const hand = new Gestures();
  hand.down(finger(1, 100, 100, 0));
  hand.move(finger(1, 100, 150, 16));
  assert.deepEqual(kinds(hand.down(finger(2, 200, 100, 300))), ['CANCEL', 'DOWN']);
});

test('the finger that stays after a pinch moves nothing', () => {
  const hand = new Gestures();
  hand.down(finger(1, 100, 100, 0));
  hand.down(finger(2, 200, 100, 20));
  assert.deepEqual(kinds(hand.up(finger(2, 200, 100, 90))), ['UP']);
  assert.deepEqual(hand.move(finger(1, 100, 300, 120)), []);
  assert.equal(hand.now.buttons, 0);
  assert.deepEqual(hand.up(finger(1, 100, 300, 140)), []);
});

test('while the pen is down, touches are palms', () => {
  const hand = new Gestures();
  assert.deepEqual(kinds(hand.down(sample('pen', 9, 10, 10, 0))), ['DOWN']);
  assert.deepEqual(hand.down(finger(1, 300, 300, 10)), []);
  assert.deepEqual(kinds(hand.up(sample('pen', 9, 20, 20, 50))), ['UP']);
});

test('losing focus cancels what is open, once', () => {
  const hand = new Gestures();
  hand.down(mouse(10, 10, 0));
  assert.deepEqual(kinds(hand.release()), ['CANCEL']);
  assert.deepEqual(hand.release(), []);
  assert.deepEqual(hand.up(mouse(10, 10, 50)), []);
});

test('every gesture has its own number, never 0', () => {
  const hand = new Gestures();
  const seen = new Set();
  for (let index = 0; index < 70_000; index += 1) {
    const [{ gesture }] = hand.down(mouse(1, 1, index));
    hand.release();
    assert.ok(gesture > 0 && gesture <= 0xffff);
    if (index < 100) seen.add(gesture);
  }
  assert.equal(seen.size, 100);
});
