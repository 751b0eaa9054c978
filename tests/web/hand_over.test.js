/** On a new seat the hand goes on where the host heard it last: each thing once, or, where the host does not know it, not at all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventLedger } from '../../web/input/event_ledger.js';
import { MovesSender } from '../../web/input/moves_sender.js';
import { EVENT_BYTES, EventKind, HEADER_BYTES } from '../../web/protocol/moves.js';
import { UNACKNOWLEDGED_EVENTS } from '../../web/protocol/limits.js';
import { Commander } from '../../web/viewer/commander.js';
import { HandOver } from '../../web/viewer/hand_over.js';

const HAND = { gesture: 1, buttons: 0, pointer: 0, x: 0.5, y: 0.5, scale: 1, modifiers: 0 };
const CLICK = { kind: EventKind.DOWN, gesture: 1, pointer: 0, button: 0, modifiers: 0, x: 0.5, y: 0.5 };

/** @param {ArrayBuffer} bytes */
function read(bytes) {
  const view = new DataView(bytes);
  const events = Array.from({ length: view.getUint8(25) }, (_, index) => view.getUint32(HEADER_BYTES + index * EVENT_BYTES, true));
  return { wheel: view.getInt32(36, true), events };
}

/** A hand whose way to the host can be cut. */
function page() {
  const log = { packets: [], backstop: [], commands: [], timers: [], open: true };
  const commander = new Commander((command) => log.open && log.commands.push(command.id) > 0, () => 7);
  const sender = new MovesSender({
    send: (bytes) => log.open && log.packets.push(read(bytes)) > 0,
    backstop: (event) => log.open && log.backstop.push(event.number),
    glass: () => ({ epoch: 1, revision: 7, drawn: null }),
    revisionOf: () => 0,
    commands: () => commander.count,
    now: () => 0,
    nextFrame: () => undefined,
    after: (callback) => {
      const timer = { callback, on: true };
      log.timers.push(timer);
      return () => {
        timer.on = false;
      };
    },
    touched: () => undefined,
    sent: () => undefined,
  });
  const over = new HandOver(sender, commander, (command) => log.commands.push(command.id) > 0);
  const newSeat = () => {
    log.open = true;
    log.packets = [];
    log.backstop = [];
    log.commands = [];
    over.begin();
  };
  const runTimers = () => log.timers.splice(0).forEach(({ callback, on }) => on && callback());
  return { log, sender, commander, over, newSeat, runTimers };
}

test('what was not acknowledged leaves again under its number, with the totals of the wheel, once the host knows the hand', () => {
  const { log, sender, over, newSeat, runTimers } = page();
  sender.event(HAND, CLICK, 0);
  sender.acknowledge(1);
  sender.event(HAND, CLICK, 1);
  log.open = false;
  sender.event(HAND, CLICK, 2);
  sender.wheel(HAND, 2, 0, 3);
  newSeat();
  runTimers();
  sender.event(HAND, { ...CLICK, kind: EventKind.CANCEL }, 4);
  assert.deepEqual(log.packets, [], 'nothing leaves before the host has said whether it knows the hand');
  over.opened(true);
  assert.deepEqual(log.packets.at(-1), { wheel: 240, events: [2, 3, 4] });
  sender.acknowledge(4);
  sender.event(HAND, CLICK, 5);
  assert.deepEqual(log.packets.at(-1).events, [5], 'numbers go on');
});

test('where the host does not know the hand nothing is replayed, and numbers and totals begin anew', () => {
  const { log, sender, commander, over, newSeat, runTimers } = page();
  sender.wheel(HAND, 3, 0, 0);
  sender.event(HAND, CLICK, 1);
  commander.command('fit');
  newSeat();
  over.opened(false);
  runTimers();
  assert.deepEqual([log.packets, log.commands], [[], []]);
  assert.equal(commander.count, 0);
  sender.wheel(HAND, 1, 0, 2);
  sender.event(HAND, CLICK, 3);
  assert.deepEqual(log.packets.at(-1), { wheel: 120, events: [1] });
});

test('commands without an answer are sent again in order, those with one are not', () => {
  const { log, commander, over, newSeat } = page();
  const [first, second, third] = ['fit', 'invert', 'reset'].map((name) => commander.command(name));
  commander.answered(second);
  log.open = false;
  assert.equal(commander.command('flip'), 0, 'what could not leave was refused when it was given');
  newSeat();
  over.opened(true);
  assert.deepEqual(log.commands, [first, third]);
  over.opened(true);
  assert.deepEqual(log.commands, [first, third], 'another study on the same seat');
  assert.equal(commander.count, 3, 'the host has counted these');
});

test('events that found no room are told again the reliable way; where too many are open, the hand does not go on', () => {
  const { log, sender, over, newSeat } = page();
  for (let number = 1; number <= UNACKNOWLEDGED_EVENTS + 3; number += 1) sender.event(HAND, CLICK, number);
  assert.deepEqual(log.backstop, [9, 10, 11]);
  newSeat();
  over.opened(true);
  assert.deepEqual(log.packets.at(-1).events, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(log.backstop, [9, 10, 11]);
  assert.ok(over.isWhole);
  for (let number = 0; number < 60; number += 1) sender.event(HAND, CLICK, number);
  assert.ok(!over.isWhole);
  const ledger = new EventLedger();
  for (let number = 0; number < 200; number += 1) ledger.add({ ...CLICK, revision: 1, commands: 0 });
  assert.ok(ledger.events.length + ledger.others.length <= 64);
  ledger.reset();
  assert.ok(ledger.isWhole);
});
