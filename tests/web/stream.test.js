/** The page's side of a seat on a WebSocket, as far as it is pure. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST_ARRIVALS } from '../../web/protocol/stream.js';
import { Arrivals } from '../../web/stream/arrivals.js';
import { codecOf } from '../../web/stream/sequence_parameters.js';

/** @param {ArrayBuffer} report */
function read(report) {
  const view = new DataView(report);
  const count = view.getUint16(2, true);
  return { first: view.getUint32(4, true), times: Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true)) };
}

test('arrivals are told in tenths of a millisecond, from the first number on', () => {
  const arrivals = new Arrivals();
  arrivals.add(7, 100.04);
  arrivals.add(8, 100.26);
  assert.deepEqual(read(arrivals.take()), { first: 7, times: [1000, 1003] });
  assert.equal(arrivals.count, 0);
});

test('the number begins anew after 2³² parts, and so does the clock’s field', () => {
  const arrivals = new Arrivals();
  arrivals.add(2 ** 32 - 1, (2 ** 32 - 1) / 10);
  arrivals.add(0, 2 ** 32 / 10);
  assert.deepEqual(read(arrivals.take()), { first: 2 ** 32 - 1, times: [2 ** 32 - 1, 0] });
});

test('a gap begins another report, and a full one says so', () => {
  const arrivals = new Arrivals();
  arrivals.add(1, 1);
  arrivals.add(5, 2);
  assert.deepEqual(read(arrivals.take()), { first: 5, times: [20] });
  for (let number = 0; number < MOST_ARRIVALS; number += 1) {
    assert.equal(arrivals.isFull, false);
    arrivals.add(number, number);
  }
  assert.equal(arrivals.isFull, true);
});

test('the codec is read from the parameter sets, wherever they stand', () => {
  const sps = [0, 0, 0, 1, 0x67, 0x64, 0x0c, 0x28, 0xac];
  assert.equal(codecOf(Uint8Array.from(sps)), 'avc1.640c28');
  assert.equal(codecOf(Uint8Array.from([0, 0, 1, 0x09, 0x10, ...sps])), 'avc1.640c28');
  assert.equal(codecOf(Uint8Array.from([0, 0, 1, 0x67, 0xf4, 0x00, 0x2a])), 'avc1.f4002a');
  assert.equal(codecOf(Uint8Array.from([0, 0, 1, 0x65, 1, 2, 3, 4])), null);
  assert.equal(codecOf(new Uint8Array(0)), null);
});
