/** What opens and dies at once is not asked for again without end: neither a seat nor the connection to the server. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Openings } from '../../web/seat/openings.js';
import { SeatMaker } from '../../web/seat/seat_maker.js';
import { PageSocket } from '../../web/signaling/page_socket.js';

test('the first recovery is immediate, the next ones come later, and what lasted is forgotten', () => {
  const openings = new Openings();
  assert.equal(openings.wait(0), 0);
  let now = 1_000;
  const waits = Array.from({ length: 6 }, () => {
    openings.opened(now);
    const wait = openings.wait(now + 10);
    now += wait + 50;
    return wait;
  });
  assert.equal(waits[0], 0);
  for (let index = 1; index < waits.length; index += 1) assert.ok(waits[index] >= waits[index - 1]);
  assert.ok(waits[5] >= 2_000);
  assert.equal(openings.wait(now + 10_000), 0);
  openings.opened(now + 10_000);
  assert.equal(openings.wait(now + 10_001), 0);
});

for (const [life, isYoung] of [[20, true], [1_000, true], [2_900, true], [3_000, false], [5_000, false], [60_000, false]]) {
  test(`what lived for ${life} ms each time is followed ${isYoung ? 'ever later' : 'at once: its end was no fault of its own'}`, () => {
    const openings = new Openings();
    let now = 1_000;
    const waits = Array.from({ length: 8 }, () => {
      openings.opened(now);
      const wait = openings.wait(now + life);
      now += life + wait + 50;
      return wait;
    });
    if (!isYoung) assert.deepEqual([...new Set(waits)], [0]);
    else assert.deepEqual(waits, [0, 250, 1_000, 2_000, 3_000, 3_000, 3_000, 3_000]);
  });
}

/** Timers that are looked at instead of waited for. @type {{callback: () => void, ms: number}[]} */
let timers = [];
let now = 0;
const clock = performance.now;
const before = Object.fromEntries(['window', 'location', 'WebSocket', 'document'].map((name) => [name, globalThis[name]]));

beforeEach(() => {
  timers = [];
  now = 50_000;
  performance.now = () => now;
  const setTimeout = (callback, ms) => timers.push({ callback, ms });
  Object.assign(globalThis, { window: { setTimeout, setInterval: () => 0 }, location: { origin: 'http://x', href: 'http://x/apps/worklist' }, document: { hidden: false } });
});

afterEach(() => {
  performance.now = clock;
  Object.assign(globalThis, before);
});

test('a seat that opens and dies at once is asked for ever later', async () => {
  const requests = [];
  const socket = { isOpen: true, send: (message) => message.type === 'seat.request' && requests.push(message) };
  let way = null;
  let opened = 0;
  const maker = new SeatMaker(socket, {}, {
    first: () => [],
    opened: () => (opened += 1),
    heard: () => undefined, shaky: () => undefined, lost: () => undefined, trouble: () => undefined, refused: () => undefined,
  }, 'socket');
  maker.openStream = (events) => {
    way = events;
    return { answer: async () => '', close: () => undefined, isReached: true };
  };
  const settle = () => new Promise(setImmediate);
  const waits = [];
  for (let round = 0; round < 4; round += 1) {
    timers = [];
    const asked = requests.length;
    maker.make();
    await settle();
    if (requests.length > asked) waits.push(0);
    else {
      assert.equal(timers.length, 1);
      waits.push(timers[0].ms);
      now += timers[0].ms;
      timers[0].callback();
      await settle();
    }
    const { request } = requests.at(-1);
    maker.fromServer({ type: 'seat.offer', request, seat: `s${round}`, sdp: '', stream: '', transport: 'socket', host_name: '' });
    await settle();
    way.controlOpen();
    assert.equal(opened, round + 1);
    now += 20;
  }
  assert.deepEqual(waits.slice(0, 2), [0, 0], 'the first seat, and the first recovery');
  assert.ok(waits[2] > 0 && waits[3] > waits[2], String(waits));
  now += 10_000;
  const asked = requests.length;
  maker.make();
  await settle();
  assert.equal(requests.length, asked + 1, 'one that has lasted is followed at once');
});

test('a server that welcomes and closes is called ever later', () => {
  /** @type {any[]} */
  const sockets = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    constructor() {
      sockets.push(this);
    }
    send() {}
    close() {}
  };
  const nothing = () => undefined;
  const socket = new PageSocket('p', { message: nothing, up: nothing, down: nothing });
  socket.open();
  const waits = [];
  for (let round = 0; round < 4; round += 1) {
    const newest = sockets.at(-1);
    newest.readyState = 1;
    newest.onopen();
    newest.onmessage({ data: JSON.stringify({ type: 'welcome' }) });
    timers = [];
    newest.readyState = 3;
    newest.onclose();
    waits.push(timers[0].ms);
    now += timers[0].ms + 20;
    timers[0].callback();
    assert.equal(sockets.length, round + 2);
  }
  assert.equal(waits[0], 0);
  assert.ok(waits[1] > 0 && waits[3] > waits[1], String(waits));
});

/** A page whose WebSockets all fail, and what its small requests are answered. @param {(() => Promise<unknown>)} answer */
async function shutOut(answer) {
  const sockets = [];
  globalThis.WebSocket = class {
    readyState = 0;
    constructor(address) {
      sockets.push(this);
      this.address = address;
    }
    send() {}
    close() {}
  };
  const asked = [];
  const fetchBefore = globalThis.fetch;
  globalThis.fetch = (address) => {
    asked.push(String(address));
    return answer();
  };
  const said = [];
  const socket = new PageSocket('p', {
    message: () => undefined,
    up: () => undefined,
    down: (isThere) => said.push(isThere ? 'there' : 'away'),
    refused: (sentence) => said.push(sentence),
  });
  socket.open();
  const settle = () => new Promise(setImmediate);
  for (let round = 0; round < 5; round += 1) {
    const newest = sockets.at(-1);
    timers = [];
    if (newest.readyState === 0) {
      newest.readyState = 3;
      newest.onclose();
    }
    timers.at(-1)?.callback();
    timers = [];
    for (let turn = 0; turn < 4; turn += 1) await settle();
    if (timers.length > 0 && asked.length > 0 && sockets.length === 3) break;
  }
  globalThis.fetch = fetchBefore;
  return { sockets, asked, said, timers };
}

test('why the server takes the page for a foreign one is said, and stays said', async () => {
  const { sockets, asked, said, timers: left } = await shutOut(async () => ({ json: async () => ({ status: 'ok', refused: 'It takes itself for http://b.' }) }));
  assert.deepEqual(said.slice(-1), ['It takes itself for http://b.']);
  assert.equal(asked[0], 'healthz?origin=http%3A%2F%2Fx');
  assert.equal(sockets[0].address, 'ws://x/apps/ws/page', 'beside the page, wherever that lies');
  assert.equal(sockets.length, 3, 'no socket is opened that would be refused');
  assert.ok(left.length > 0 && left[0].ms >= 10_000, 'it asks again, seldom');
});

test('a server that answers while its sockets do not come through is not called away', async () => {
  const { said } = await shutOut(async () => ({ json: async () => ({ status: 'ok' }) }));
  assert.deepEqual([said[0], said.at(-1)], ['away', 'there']);
});

test('a server that does not answer is away', async () => {
  const { said } = await shutOut(async () => Promise.reject(new Error('refused')));
  assert.deepEqual([...new Set(said)], ['away']);
});
