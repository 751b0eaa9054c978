/** A seat that was asked for and never offered: a silent host, or a server that is not reached; each is said as what it is. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { SeatMaker } from '../../web/seat/seat_maker.js';
import { text } from '../../web/text/en_seat.js';

/** @type {{callback: () => void, ms: number}[]} */
let timers = [];
const before = Object.fromEntries(['window', 'clearTimeout'].map((name) => [name, globalThis[name]]));

beforeEach(() => {
  timers = [];
  const setTimeout = (callback, ms) => timers.push({ callback, ms });
  Object.assign(globalThis, { window: { setTimeout }, clearTimeout: (number) => number && (timers[number - 1] = { callback: () => undefined, ms: 0 }) });
});

afterEach(() => {
  Object.assign(globalThis, before);
});

const settle = () => new Promise(setImmediate);

/** A maker that has asked for a seat over a socket that is open just then. */
async function asking() {
  const requests = [];
  const troubles = [];
  const nothing = () => undefined;
  const socket = { isOpen: true, send: (message) => socket.isOpen && (requests.push(message), true) };
  const events = { first: () => [], opened: nothing, heard: nothing, shaky: nothing, lost: nothing, refused: nothing, trouble: (sentence) => troubles.push(sentence) };
  const maker = new SeatMaker(/** @type {any} */ (socket), /** @type {any} */ ({}), events, 'socket');
  maker.make();
  await settle();
  return { maker, socket, requests, troubles };
}

const late = () => timers.filter(({ ms }) => ms >= 10_000).at(-1)?.callback();

test('a host that offers nothing in time is named so, and asked again', async () => {
  const { requests, troubles } = await asking();
  late();
  assert.deepEqual(troubles, [text.seat.noOffer]);
  await settle();
  assert.equal(requests.length, 2);
});

test('while the server is not reached no host is blamed, and the seat is asked for when it is', async () => {
  const { maker, socket, requests, troubles } = await asking();
  socket.isOpen = false;
  late();
  await settle();
  assert.deepEqual(troubles, []);
  assert.equal(requests.length, 1);
  socket.isOpen = true;
  maker.connected();
  await settle();
  assert.equal(requests.length, 2);
  late();
  assert.deepEqual(troubles, [text.seat.noOffer]);
});
