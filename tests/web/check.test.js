/** The check of a device: the ramp and its samples, the way of a connection, and what becomes of a check that fails. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SIDE, difference, ramp } from '../../web/check/ramp.js';
import { asText, counts, rowOf } from '../../web/check/row.js';
import { SAMPLES } from '../../web/check/samples.js';
import { hasRelay, seatRow } from '../../web/check/verdict.js';
import { text } from '../../web/text/en_check.js';
import { candidateKinds, wayOf } from '../../web/webrtc/way.js';

const WORDS = { failed: (why) => `failed: ${why}`, late: (seconds) => `late: ${seconds}` };

test('the ramp holds every grey in a square of its own', () => {
  const greys = ramp();
  assert.equal(greys.length, SIDE * SIDE);
  assert.deepEqual([...new Set(greys)].length, 256);
  assert.deepEqual([greys[0], greys[7], greys[8], greys[8 * SIDE], greys.at(-1)], [0, 0, 1, 16, 255]);
});

test('how far pixels are from the ramp', () => {
  const greys = ramp();
  assert.deepEqual(difference((at) => [greys[at]]), { pixels: 0, greys: 0, distinct: 256 });
  assert.deepEqual(difference((at) => [greys[at], greys[at], at === 5 ? 3 : greys[at]]), { pixels: 1, greys: 3, distinct: 256 });
  // Limited range, 16 … 235: some greys fall together.
  const limited = difference((at) => [Math.round(16 + (greys[at] * 219) / 255)]);
  assert.deepEqual([limited.greys, limited.distinct], [20, 220]);
});

test('the samples are what they say they are', () => {
  assert.deepEqual(Object.keys(SAMPLES), ['baseline', 'high', 'lossless', 'png', 'jxl']);
  for (const [name, { codec, data }] of Object.entries(SAMPLES)) {
    const bytes = Buffer.from(data, 'base64');
    assert.equal(bytes.toString('base64'), data, name);
    // An access unit begins with the sequence parameter set, whose first bytes are the profile that the codec names.
    if (codec.startsWith('avc1.')) assert.equal(bytes.subarray(5, 8).toString('hex').toUpperCase(), codec.slice(5), name);
  }
});

test('a check that throws, or does not end, has a row in words', async () => {
  const at = { id: 'hash' };
  assert.deepEqual(await rowOf({ ...at, run: () => ({ ...at, outcome: 'good', words: 'w' }) }, WORDS), { ...at, outcome: 'good', words: 'w' });
  const thrown = () => {
    throw new Error('no');
  };
  assert.deepEqual(await rowOf({ ...at, run: thrown }, WORDS), { ...at, outcome: 'bad', words: 'failed: no' });
  assert.deepEqual(await rowOf({ ...at, run: () => Promise.reject(new Error('no')) }, WORDS), { ...at, outcome: 'bad', words: 'failed: no' });
  const never = await rowOf({ ...at, run: () => new Promise(() => undefined), seconds: 3 }, WORDS, (callback) => callback());
  assert.deepEqual(never, { ...at, outcome: 'bad', words: 'late: 3' });
});

test('the result as text', () => {
  const rows = [
    { id: 'hash', outcome: 'bad', words: 'Wrong.' },
    { id: 'png', outcome: 'weak', words: 'w' },
    { id: 'jxl', outcome: 'told', words: 't' },
  ];
  assert.deepEqual(counts(rows), { bad: 1, weak: 1 });
  const title = (id) => text.rows[id].title;
  assert.equal(
    asText(rows.slice(0, 1), title, 'Browser 1', new Date(0)),
    'Farview device check, 1970-01-01T00:00:00.000Z\nBrowser 1\nbad   Hash (SHA-256): Wrong.\n',
  );
  assert.equal(text.done({ bad: 0, weak: 0 }), 'All is well for reading here.');
});

const PAIR = { type: 'candidate-pair', id: 'p', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.04, state: 'succeeded', nominated: true };
const LOCAL = { type: 'local-candidate', id: 'l', candidateType: 'prflx', protocol: 'udp' };
const REMOTE = { type: 'remote-candidate', id: 'r', candidateType: 'host', protocol: 'udp' };

test('the way of a connection, where the browser names it and where it does not', () => {
  const direct = { isRelayed: false, protocol: 'udp', roundTripMs: 40 };
  const other = { ...PAIR, id: 'q', nominated: false };
  assert.deepEqual(wayOf([other, PAIR, LOCAL, REMOTE, { type: 'transport', selectedCandidatePairId: 'p' }]), direct);
  assert.deepEqual(wayOf([other, PAIR, LOCAL, REMOTE]), direct);
  assert.equal(wayOf([other, LOCAL, REMOTE]), null);
  const relay = { ...LOCAL, candidateType: 'relay', relayProtocol: 'tls' };
  assert.deepEqual(wayOf([PAIR, relay, REMOTE]), { isRelayed: true, protocol: 'tls', roundTripMs: 40 });
  assert.deepEqual(candidateKinds([PAIR, LOCAL, { ...LOCAL, id: 'm' }]), { mine: 'prflx udp', theirs: '—' });
});

test('where UDP is blocked a way over a WebSocket is weak, and only no way at all is bad', () => {
  const way = { isRelayed: false, protocol: 'udp', roundTripMs: 12 };
  const reached = { outcome: 'reached', host: 'h', made: 80, way, kinds: { mine: 'host udp', theirs: 'host udp' } };
  const streamed = { ...reached, way: null, kinds: null };
  const blocked = { outcome: 'blocked', lines: ['a → b'], hasRelay: false };
  assert.equal(seatRow(reached, null).outcome, 'good');
  assert.equal(seatRow({ ...reached, way: { ...way, isRelayed: true } }, null).outcome, 'weak');
  const weak = seatRow(blocked, streamed);
  assert.equal(weak.outcome, 'weak');
  assert.match(weak.words, /^h: over WebSocket.*no relay \(TURN\) is set up.*a → b/);
  for (const stream of [null, blocked, { outcome: 'failed', why: 'w' }]) assert.equal(seatRow(blocked, stream).outcome, 'bad');
  assert.match(seatRow(blocked, null).words, /WebCodecs/);
  assert.doesNotMatch(seatRow({ ...blocked, hasRelay: true }, streamed).words, /no relay/);
  assert.equal(seatRow({ outcome: 'failed', why: 'full' }, null).words, 'Not reached: full');
  assert.equal(hasRelay([{ urls: ['stun:s'] }]), false);
  assert.equal(hasRelay([{ urls: ['stun:s'] }, { urls: ['turns:t:443?transport=tcp'] }]), true);
});

test('one is not many', () => {
  assert.equal(text.rows.pixels.words('800 × 600', '1'), '800 × 600 CSS pixels, 1 device pixel each way.');
  assert.match(text.rows.pixels.words('800 × 600', '1.5'), /1\.5 device pixels/);
  assert.match(text.rows.canvas.bad(1), /^1 pixel comes back/);
});
