/** A seat is asked for with the archive of the study, and one that was of no use says why when it is let go. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { SeatMaker } from '../../web/seat/seat_maker.js';

/** Timers that are looked at instead of waited for. @type {{callback: () => void, ms: number}[]} */
let timers = [];
const before = globalThis.window;

beforeEach(() => {
  timers = [];
  Object.assign(globalThis, { window: { setTimeout: (callback, ms) => timers.push({ callback, ms }), setInterval: () => 0 } });
});

afterEach(() => Object.assign(globalThis, { window: before }));

const settle = () => new Promise(setImmediate);

function made(archive, answer = async () => '') {
  const sent = [];
  const nothing = () => undefined;
  const events = { archive, first: () => [], opened: nothing, heard: nothing, shaky: nothing, lost: nothing, trouble: nothing, refused: nothing };
  const maker = new SeatMaker({ isOpen: true, send: (message) => sent.push(message) > 0 }, {}, events, 'socket');
  maker.openStream = () => ({ answer, close: nothing, isReached: true });
  const offer = () => {
    const { request } = sent.findLast(({ type }) => type === 'seat.request');
    maker.fromServer({ type: 'seat.offer', request, seat: 's', sdp: '', stream: '', transport: 'socket', host_name: 'h' });
  };
  return { maker, sent, offer };
}

test('each request names the archive of the study that is to be read then', async () => {
  let archive = 'a';
  const { maker, sent } = made(() => archive);
  maker.make();
  await settle();
  for (const next of ['b', '']) {
    archive = next;
    maker.make(true);
    await settle();
  }
  assert.deepEqual(sent.map((message) => message.archive), ['a', 'b', '']);
});

test('a request that no host can serve is made anew with the next study, without a wait', async () => {
  let archive = 'gone';
  const { maker, sent } = made(() => archive);
  maker.make();
  await settle();
  maker.fromServer({ type: 'seat.failed', request: sent[0].request, code: 'no-host', message: 'No.', retry_after: 2 });
  assert.equal(sent.length, 1);
  archive = 'here';
  maker.hostsChanged();
  await settle();
  assert.deepEqual(sent.map((message) => message.archive), ['gone', 'here']);
});

test('an offer that is not understood, or leads nowhere, is let go with the reason; one that is left is not', async () => {
  const release = (sent) => sent.find(({ type }) => type === 'seat.release');
  const refused = made(() => 'a', async () => { throw new Error('no SDP'); });
  refused.maker.make();
  await settle();
  refused.offer();
  await settle();
  assert.equal(release(refused.sent).problem, 'bad-offer');

  const nowhere = made(() => 'a');
  nowhere.maker.make();
  await settle();
  timers = [];
  nowhere.offer();
  await settle();
  timers.reduce((longest, timer) => (timer.ms > longest.ms ? timer : longest)).callback();
  assert.equal(release(nowhere.sent).problem, 'not-connected');

  const left = made(() => 'a');
  left.maker.make();
  await settle();
  left.offer();
  await settle();
  left.maker.abandon();
  assert.equal(release(left.sent).problem, '');
});
