/** What the hand did reaches the host once and in order, though packets may be lost; never more than one packet a frame. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventLedger } from '../../web/input/event_ledger.js';
import { MovesSender } from '../../web/input/moves_sender.js';
import { EVENT_BYTES, EventKind, HEADER_BYTES, roomForPoints } from '../../web/protocol/moves.js';
import { MOVES_PACKET_BYTES, UNACKNOWLEDGED_EVENTS } from '../../web/protocol/limits.js';

const HAND = { gesture: 1, buttons: 1, pointer: 0, x: 0.5, y: 0.25, scale: 1, modifiers: 0 };
const DOWN = { kind: EventKind.DOWN, gesture: 1, pointer: 0, button: 0, modifiers: 0, x: 0.5, y: 0.25 };

/** @returns {any} a sender into a log, with display frames and timers moved by hand */
function sending() {
  const log = { packets: [], backstop: [], frames: [], timers: [], samples: [], deeds: [], open: true, commands: 0, revision: 41, drawn: null, words: new Map() };
  const sender = new MovesSender({
    send: (bytes) => {
      log.deeds.push('sent');
      if (log.open) log.packets.push(read(bytes));
      return log.open;
    },
    backstop: (event) => log.backstop.push(event.number),
    glass: () => ({ epoch: 3, revision: log.revision, drawn: log.drawn }),
    revisionOf: (drawn) => log.words.get(drawn) ?? 0,
    commands: () => log.commands,
    now: () => 1000,
    nextFrame: (callback) => log.frames.push(callback),
    after: (callback, ms) => {
      const timer = { callback, ms, on: true };
      log.timers.push(timer);
      return () => {
        timer.on = false;
      };
    },
    touched: () => log.deeds.push('touched'),
    sent: (sequence, time) => log.samples.push([sequence, time]),
  });
  return {
    log,
    sender,
    frame: () => log.frames.splice(0).forEach((callback) => callback()),
    repeat: () => log.timers.splice(0).forEach(({ callback, on }) => on && callback()),
  };
}

function read(bytes) {
  const view = new DataView(bytes);
  const events = view.getUint8(25);
  return {
    sequence: view.getUint32(4, true),
    revision: view.getUint32(16, true),
    x: view.getFloat32(28, true),
    wheel: view.getInt32(36, true),
    zoom: view.getInt32(44, true),
    events: Array.from({ length: events }, (_, index) => view.getUint32(HEADER_BYTES + index * EVENT_BYTES, true)),
    seen: Array.from({ length: events }, (_, index) => view.getUint32(HEADER_BYTES + index * EVENT_BYTES + 12, true)),
    points: view.getUint8(26),
    inputs: view.getUint8(27),
    commands: events ? view.getUint16(HEADER_BYTES + 10, true) : 0,
  };
}

test('the first move leaves at once, the others wait for the frame and only the newest is sent', () => {
  const { log, sender, frame } = sending();
  for (const x of [0.1, 0.2, 0.3, 0.4]) sender.move({ ...HAND, x }, 100 * x);
  assert.equal(log.packets.length, 1);
  frame();
  assert.equal(log.packets.length, 2);
  assert.ok(Math.abs(log.packets[1].x - 0.4) < 1e-6);
  assert.deepEqual(log.samples.map(([, time]) => time), [10, 20], 'the clock starts at the oldest input of a packet');
  frame();
  assert.equal(log.packets.length, 2, 'nothing new, nothing sent');
  sender.move(HAND, 90);
  assert.equal(log.packets.length, 3, 'idle again: at once');
});

test('an event is never held back, and is repeated until it is acknowledged', () => {
  const { log, sender, frame, repeat } = sending();
  sender.move(HAND, 0);
  sender.event(HAND, DOWN, 1);
  assert.deepEqual(log.packets.at(-1).events, [1]);
  for (let index = 0; index < 10; index += 1) repeat();
  assert.deepEqual(log.packets.at(-1).events, [1]);
  const before = log.packets.length;
  assert.ok(before >= 10);
  sender.acknowledge(1, null);
  sender.acknowledge(1, log.packets.at(-1).sequence);
  repeat();
  repeat();
  assert.equal(log.packets.length, before);
  sender.move({ ...HAND, x: 0.6 }, 2000);
  frame();
  assert.deepEqual(log.packets.at(-1).events, []);
});

test('the last word of a movement is repeated until the host has heard of it, then all is quiet', () => {
  const { log, sender, frame, repeat } = sending();
  sender.wheel(HAND, 1, 0, 0);
  frame();
  for (let index = 0; index < 8; index += 1) repeat();
  assert.equal(log.packets.length, 9, 'a burst of losses of any length is outlived');
  assert.deepEqual(log.packets.map(({ sequence }) => sequence), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(log.packets.every(({ wheel, inputs }) => wheel === 120 && inputs === 1), 'repetitions say the same');
  assert.equal(log.samples.length, 1, 'repetitions are no input');
  assert.deepEqual(log.timers.map(({ ms }) => ms), [250]);
  sender.acknowledge(0, 0);
  repeat();
  assert.equal(log.packets.length, 10, 'the host has heard of something older');
  sender.acknowledge(0, 7);
  repeat();
  repeat();
  assert.equal(log.packets.length, 10);
  sender.wheel(HAND, 1, 0, 900);
  repeat();
  assert.equal(log.packets.length, 12, 'what is done next is repeated again');
});

test('a host that never answers is not told for ever', () => {
  const { log, sender, repeat } = sending();
  sender.wheel(HAND, 1, 0, 0);
  for (let index = 0; index < 200; index += 1) repeat();
  assert.ok(log.packets.length > 10 && log.packets.length < 30, `${log.packets.length}`);
});

test('what says nothing new is not told, and takes no green away', () => {
  const { log, sender, frame } = sending();
  sender.move(HAND, 0);
  frame();
  sender.move({ ...HAND }, 5);
  sender.move({ ...HAND, x: HAND.x + 1e-12 }, 6);
  sender.wheel(HAND, 0, 0.001, 7);
  sender.wheel({ ...HAND, x: 0.9 }, 0, 0.001, 8);
  frame();
  assert.deepEqual([log.packets.length, log.deeds, sender.deeds.sequence], [1, ['touched', 'sent'], 1]);
  for (let index = 0; index < 6; index += 1) sender.wheel(HAND, 0, 0.001, 9 + index);
  frame();
  assert.equal(log.packets.at(-1).zoom, 1, 'small parts add up');
  sender.move(HAND, 20, [[0.1, 0.1]]);
  frame();
  assert.equal(log.packets.at(-1).points, 1, 'points of a line are new');
  sender.move({ ...HAND, buttons: 2 }, 30);
  assert.equal(log.packets.at(-1).inputs, 4);
});

test('wheel totals only grow by what was turned, and begin anew on a new seat', () => {
  const { log, sender, frame } = sending();
  sender.wheel(HAND, 1, 0, 0);
  sender.wheel(HAND, 2, 0, 1);
  sender.wheel(HAND, 0, -0.5, 2);
  frame();
  assert.deepEqual([log.packets.at(-1).wheel, log.packets.at(-1).zoom], [360, -60]);
  sender.reset();
  sender.wheel(HAND, 1, 0, 3);
  frame();
  assert.equal(log.packets.at(-1).wheel, 120);
});

test('events carry the revision that was on the glass; those without room go the reliable way, numbered in order', () => {
  const { log, sender } = sending();
  for (let index = 0; index < UNACKNOWLEDGED_EVENTS + 2; index += 1) sender.event(HAND, DOWN, index);
  assert.deepEqual(log.packets.at(-1).events, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(log.backstop, [9, 10]);
  assert.equal(log.packets.at(-1).revision, 41);
});

test('an event says how many commands were sent before it, so that a key acts before the click that follows it', () => {
  const { log, sender } = sending();
  log.commands = 0x1_0003;
  sender.event(HAND, DOWN, 0);
  log.commands += 1;
  sender.move(HAND, 1);
  assert.equal(log.packets.at(-1).commands, 3, 'repeated as it was, modulo 2¹⁶');
});

test('while the channel has no room, input waits and the newest is sent later', () => {
  const { log, sender, frame } = sending();
  log.open = false;
  sender.move({ ...HAND, x: 0.1 }, 0);
  log.open = true;
  sender.move({ ...HAND, x: 0.9 }, 1);
  frame();
  assert.equal(log.packets.length, 1);
  assert.ok(Math.abs(log.packets[0].x - 0.9) < 1e-6);
});

test('a packet never exceeds its cap, however many points were drawn', () => {
  const { log, sender } = sending();
  for (let index = 0; index < UNACKNOWLEDGED_EVENTS; index += 1) sender.event(HAND, DOWN, index);
  sender.move(HAND, 0, Array.from({ length: 500 }, () => [0.5, 0.5]));
  sender.event(HAND, DOWN, 1);
  const { points } = log.packets.at(-1);
  assert.equal(points, roomForPoints(UNACKNOWLEDGED_EVENTS));
  assert.ok(HEADER_BYTES + UNACKNOWLEDGED_EVENTS * EVENT_BYTES + points * 8 <= MOVES_PACKET_BYTES);
});

test('a new seat replays nothing', () => {
  const ledger = new EventLedger();
  ledger.add({ ...DOWN, revision: 1, commands: 0 });
  ledger.add({ ...DOWN, revision: 1, commands: 0 });
  ledger.acknowledge(1);
  assert.deepEqual(ledger.events.map(({ number }) => number), [2]);
  ledger.reset();
  assert.deepEqual(ledger.events, []);
  assert.equal(ledger.add({ ...DOWN, revision: 1, commands: 0 }).event.number, 1);
});

test('what the hand does is told before it is sent, repetitions are not, and what the host must know is said', () => {
  const { log, sender, frame, repeat } = sending();
  assert.deepEqual(sender.deeds, { sequence: null, event: 0, isWaiting: false });
  sender.wheel(HAND, 1, 0, 0);
  assert.deepEqual(log.deeds, ['touched', 'sent']);
  assert.deepEqual(sender.deeds, { sequence: 1, event: 0, isWaiting: false });
  repeat();
  assert.deepEqual(log.deeds, ['touched', 'sent', 'sent']);
  assert.equal(sender.deeds.sequence, 1, 'a repetition is no deed');
  sender.move({ ...HAND, y: 0.75 }, 5);
  assert.equal(sender.deeds.isWaiting, true, 'it waits for the display frame');
  frame();
  assert.deepEqual(sender.deeds, { sequence: 3, event: 0, isWaiting: false });
  sender.event(HAND, DOWN, 6);
  assert.deepEqual(sender.deeds, { sequence: 4, event: 1, isWaiting: false });
  sender.reset();
  assert.deepEqual(sender.deeds, { sequence: null, event: 0, isWaiting: false }, 'another host has been told nothing');
});

test('a wheel that turns over a picture whose words are still to come counts against the one before', () => {
  const { log, sender, frame } = sending();
  sender.wheel(HAND, 1, 0, 1);
  frame();
  log.revision = 0;
  sender.wheel(HAND, 1, 0, 2);
  frame();
  assert.deepEqual(log.packets.map(({ revision }) => revision), [41, 41]);
  sender.reset();
  frame();
  sender.wheel(HAND, 1, 0, 3);
  assert.equal(log.packets.at(-1).revision, 0, 'nothing is known of another study');
});

test('a press on a picture whose words are still to come is told when they are there, with its revision', () => {
  const { log, sender, frame } = sending();
  log.revision = 0;
  log.drawn = 900;
  sender.event(HAND, DOWN, 1);
  frame();
  assert.deepEqual(log.packets.at(-1).events, [], 'the hand is told, the press is not');
  assert.equal(sender.deeds.isWaiting, true, 'no picture covers it yet');
  sender.event(HAND, { ...DOWN, kind: EventKind.UP }, 2);
  log.revision = 43;
  log.drawn = 901;
  log.words.set(901, 43);
  sender.described();
  assert.deepEqual(log.packets.at(-1).events, []);
  log.words.set(900, 42);
  sender.described();
  assert.deepEqual(log.packets.at(-1).events, [1, 2]);
  assert.equal(log.packets.at(-1).seen[0], 42);
  assert.equal(sender.deeds.isWaiting, false);
});
