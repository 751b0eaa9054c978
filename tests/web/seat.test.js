/** When a picture is live, and what happens when it is not: the tables, over every pair. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoff } from '../../web/seat/backoff.js';
import { Liveness } from '../../web/seat/liveness.js';
import { nextPhase } from '../../web/seat/phase.js';
import { withRtxTime } from '../../web/webrtc/sdp.js';

const PHASES = ['connecting', 'live', 'stale', 'reconnecting', 'failed'];
const EVENTS = ['requested', 'alive', 'silent', 'lost', 'refused'];

test('every pair of phase and event', () => {
  const table = PHASES.map((phase) => [phase, ...EVENTS.map((event) => nextPhase(phase, event))]);
  assert.deepEqual(table, [
    ['connecting', 'connecting', 'live', 'connecting', 'connecting', 'failed'],
    ['live', 'live', 'live', 'stale', 'reconnecting', 'failed'],
    ['stale', 'stale', 'live', 'stale', 'reconnecting', 'failed'],
    ['reconnecting', 'reconnecting', 'live', 'reconnecting', 'reconnecting', 'failed'],
    ['failed', 'connecting', 'failed', 'failed', 'failed', 'failed'],
  ]);
});

test('two seconds of silence are stale, six are the end', () => {
  const liveness = new Liveness();
  assert.equal(liveness.judge(0), 'unknown');
  liveness.heard(1_000, 50_000);
  assert.equal(liveness.judge(2_999), 'alive');
  assert.equal(liveness.judge(3_000), 'silent');
  assert.equal(liveness.judge(6_999), 'silent');
  assert.equal(liveness.judge(7_000), 'lost');
  assert.equal(liveness.lastLive, 50_000);
});

test('a host that lives with a worker that hangs is not live, and the time says since when', () => {
  const liveness = new Liveness();
  liveness.heard(0, 1_000);
  liveness.workerAge = 2_400;
  liveness.heard(300, 1_300);
  assert.equal(liveness.judge(301), 'silent');
  assert.equal(liveness.lastLive, 1_000);
  liveness.workerAge = 65_535;
  assert.equal(liveness.judge(302), 'alive', 'no worker is needed where nothing is open');
  liveness.renderer = 'restarting';
  assert.equal(liveness.judge(303), 'silent');
  liveness.renderer = 'live';
  liveness.heard(600, 1_600);
  assert.equal(liveness.judge(601), 'alive');
  assert.equal(liveness.lastLive, 1_600);
});

test('a new seat begins without signs', () => {
  const liveness = new Liveness();
  liveness.heard(0, 0);
  liveness.renderer = 'failed';
  liveness.reset();
  assert.equal(liveness.judge(10_000), 'unknown');
  liveness.heard(10_000, 10_000);
  assert.equal(liveness.judge(10_001), 'alive');
});

test('the next try comes at once, then later and later, never beyond a bound', () => {
  const waits = Array.from({ length: 20 }, (_, attempt) => backoff(attempt));
  assert.deepEqual(waits.slice(0, 4), [0, 250, 1_000, 2_000]);
  for (let index = 1; index < waits.length; index += 1) assert.ok(waits[index] >= waits[index - 1]);
  assert.ok(waits.at(-1) <= 10_000);
});

test('rtx-time is asked for every retransmission format once, and nothing else changes', () => {
  const sdp = 'm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=fmtp:96 profile-level-id=42e01f\r\na=fmtp:97 apt=96\r\na=fmtp:99 apt=98\r\n';
  const changed = withRtxTime(sdp, 200);
  assert.ok(changed.includes('a=fmtp:97 apt=96;rtx-time=200\r\n'));
  assert.ok(changed.includes('a=fmtp:99 apt=98;rtx-time=200\r\n'));
  assert.equal(changed.replaceAll(';rtx-time=200', ''), sdp);
  assert.equal(withRtxTime(changed, 200), changed);
});
