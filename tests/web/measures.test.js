/** What the reader and the host are told of the connection: only what was measured, and not too often. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PhotonClock } from '../../web/picture/photon_clock.js';
import { Measures } from '../../web/viewer/measures.js';

const beat = (changes = {}) => ({ rtt_ms: 40, bit_rate: 2_500_000, ...changes });

/** @returns {any} measures of a clock, with the browser's counters set by the test */
function measuring() {
  const clock = new PhotonClock();
  const log = { sent: [], packets: { packetsLost: 0, packetsReceived: 0 }, others: [] };
  const stats = () => Promise.resolve(new Map([['a', { type: 'inbound-rtp', kind: 'video', ...log.packets }], ['b', { type: 'codec' }], ...log.others]));
  const measures = new Measures(() => clock, (report) => log.sent.push(report), stats);
  const step = (revision, at) => {
    clock.sent(revision, at);
    clock.drawn({ revision, input_sequence: revision, rtp: revision, draw_ms: 1, encode_ms: 1 }, at + 50);
  };
  clock.drawn({ revision: 0, input_sequence: 0, rtp: 0, draw_ms: 1, encode_ms: 1 }, 0);
  return Object.assign(log, { measures, step });
}

test('the host is told at most every five seconds, and only what is new', () => {
  const { measures, step, sent } = measuring();
  step(1, 1_000);
  measures.heard(beat(), 6_000);
  step(2, 6_100);
  for (let now = 6_300; now < 11_000; now += 300) measures.heard(beat(), now);
  assert.equal(sent.length, 1);
  measures.heard(beat(), 11_000);
  measures.heard(beat(), 17_000);
  assert.deepEqual(sent.map(({ type, samples, p50_ms }) => [type, samples, p50_ms]), [['measures', 1, 50], ['measures', 1, 50]]);
});

test('nothing is said that was not measured', async () => {
  const { measures } = measuring();
  assert.equal(measures.words, '');
  measures.heard(beat({ bit_rate: 0 }), 10_000);
  await new Promise(setImmediate);
  assert.equal(measures.words, 'Round trip 40\u202fms.');
  assert.equal(measures.bitRate, null);
});

test('loss is that of the packets since it was asked last, and stands while hardly any come', async () => {
  const log = measuring();
  const ask = async (packetsLost, packetsReceived, now) => {
    log.packets = { packetsLost, packetsReceived };
    log.measures.heard(beat(), now);
    await new Promise(setImmediate);
    return log.measures.figures.loss;
  };
  assert.equal(await ask(0, 100, 10_000), 0);
  assert.equal(await ask(5, 195, 13_000), 0.05);
  assert.equal(await ask(9, 196, 16_000), 0.05, 'one packet says nothing');
  assert.equal(await ask(3, 296, 19_000), 0, 'packets that came after all are not lost');
  log.measures.reset();
  assert.equal(log.measures.figures.loss, null);
});

test('how the host is reached is said as far as the browser tells', async () => {
  const log = measuring();
  const ask = async (candidateType, now) => {
    log.others = [
      ['p', { type: 'candidate-pair', id: 'p', nominated: true, state: 'succeeded', localCandidateId: 'l', remoteCandidateId: 'r' }],
      ['l', { type: 'local-candidate', id: 'l', candidateType, protocol: 'udp' }],
    ];
    log.measures.heard(beat(), now);
    await new Promise(setImmediate);
    return log.measures.way('webrtc');
  };
  assert.equal(log.measures.way('webrtc'), '');
  assert.equal(await ask('host', 10_000), 'direct, UDP');
  assert.equal(await ask('relay', 13_000), 'direct, UDP', 'at rest it is asked rarely');
  assert.equal(await ask('relay', 20_000), 'through a relay, UDP');
  assert.match(log.measures.way('socket'), /^over WebSocket/);
  log.measures.reset();
  assert.equal(log.measures.way('webrtc'), '');
});
