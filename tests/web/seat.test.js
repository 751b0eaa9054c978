/** When a picture is live, and what happens when it is not: the tables, over every pair. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BEAT_MS, REST_BEAT_MS, STALE_AFTER_MS } from '../../web/protocol/limits.js';
import { backoff } from '../../web/seat/backoff.js';
import { Doubt } from '../../web/seat/doubt.js';
import { Liveness } from '../../web/seat/liveness.js';
import { nextPhase } from '../../web/seat/phase.js';
import { Rhythm } from '../../web/seat/rhythm.js';
import { Wakefulness } from '../../web/seat/wakefulness.js';
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

test('two seconds of silence are stale; so long as its host keeps it, the seat may come back', () => {
  const liveness = new Liveness();
  assert.equal(liveness.judge(0), 'unknown');
  liveness.heard(1_000, 50_000);
  assert.equal(liveness.judge(2_999), 'alive');
  assert.equal(liveness.judge(3_000), 'silent');
  assert.equal(liveness.judge(25_999), 'silent');
  assert.equal(liveness.judge(26_000), 'lost');
  assert.equal(liveness.lastLive, 50_000);
});

test('a page that wakes is stale at once, and what lay in its queues does not make it live', () => {
  const liveness = new Liveness();
  liveness.woke(0);
  assert.equal(liveness.judge(0), 'unknown', 'there is no seat yet');
  liveness.heard(1_000, 50_000);
  // The clock that never jumps stood still while the device slept.
  liveness.woke(1_200);
  assert.equal(liveness.judge(1_200), 'silent');
  liveness.heard(1_210, 650_210);
  assert.equal(liveness.judge(1_210), 'silent');
  assert.equal(liveness.lastLive, 50_000);
  liveness.heard(1_500, 650_500);
  assert.equal(liveness.judge(1_500), 'alive');
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

/**
 * The longest silence that `lost` beats in a row leave, measured from a beat that came as early as the jitter lets it.
 * @param {number} lost
 * @param {number} jitter
 */
const silence = (lost, jitter) => (lost + 1) * BEAT_MS + jitter;

/** When beats are sent while `shown(now)` is on the glass, asked every `every` ms. */
function beats(rhythm, from, to, shown, every = BEAT_MS) {
  const sent = [];
  for (let now = from; now < to; now += every) if (rhythm.isDue(now, shown(now))) sent.push(now);
  return sent.map((at, index) => at - (sent[index - 1] ?? at)).slice(1);
}

test('the page beats every 300 ms while the hand or the picture moves, every 600 ms at rest, and at once again', () => {
  const rhythm = new Rhythm();
  const still = () => ({ epoch: 1, revision: 5, rtp: 9, pictures: 3 });
  rhythm.stir(0);
  assert.deepEqual(new Set(beats(rhythm, 0, 1_400, still)), new Set([BEAT_MS]));
  assert.deepEqual(new Set(beats(rhythm, 3_000, 12_000, still)), new Set([REST_BEAT_MS]));
  assert.equal(rhythm.isResting(12_000), true);
  rhythm.stir(12_000);
  assert.deepEqual(new Set(beats(rhythm, 12_000, 13_400, still)), new Set([BEAT_MS]));
  const moving = (now) => ({ ...still(), pictures: now });
  assert.deepEqual(new Set(beats(rhythm, 20_000, 30_000, moving)), new Set([BEAT_MS]));
  assert.deepEqual(new Set(beats(rhythm, 40_000, 50_000, still, 1_000)), new Set([1_000]), 'no rarer where timers are slow');
});

test('at rest one lost beat is no reason to doubt, and a silent host is doubted before it is stale', () => {
  for (const roundTrip of [5, 60, 250, 10_000]) {
    const doubt = new Doubt();
    assert.equal(doubt.isDue(2 * REST_BEAT_MS, 0, roundTrip, true), false);
    assert.equal(doubt.isDue(doubt.patience(roundTrip, true), 0, roundTrip, true), true);
    assert.ok(doubt.patience(roundTrip, true) < STALE_AFTER_MS);
  }
});

test('a seat is doubted before it is stale, later where the way is long, never for a burst or a lost beat', () => {
  for (const [roundTrip, lost] of [[5, 1], [30, 1], [60, 1], [120, 2], [250, 3]]) {
    const doubt = new Doubt();
    const quiet = silence(lost, roundTrip > 100 ? 0 : 50);
    assert.equal(doubt.isDue(quiet, 0, roundTrip), false, `${lost} lost beats at ${roundTrip} ms`);
    assert.equal(doubt.isDue(doubt.patience(roundTrip), 0, roundTrip), true);
    assert.ok(doubt.patience(roundTrip) < STALE_AFTER_MS);
  }
  assert.ok(new Doubt().patience(10_000) < STALE_AFTER_MS);
});

test('where the network may have changed the seat must prove itself soon', () => {
  const doubt = new Doubt();
  const heard = 10_000;
  doubt.changed(10_050, false);
  const due = Array.from({ length: 20 }, (_, tick) => 10_100 + 50 * tick).find((now) => doubt.isDue(now, heard, 60));
  assert.ok(due && due - heard < doubt.patience(60), `due at ${due}`);
  assert.equal(doubt.isDue(10_800, 10_060, 60), true, 'what was on its way may come a moment later');
  // Heard of after that, it is as good as before.
  assert.equal(doubt.isDue(10_900, 10_600, 60), false);
  assert.equal(doubt.isDue(11_300, 10_600, 60), false);
});

test('where it has changed another seat is made at once, but the old one has its chance', () => {
  const doubt = new Doubt();
  assert.ok(doubt.hadItsChance(0, 60));
  doubt.changed(1_000, true);
  assert.equal(doubt.isDue(1_010, 990, 60), true);
  assert.equal(doubt.hadItsChance(1_000 + 2 * BEAT_MS, 60), false);
  assert.equal(doubt.isWell(1_050, 1_010, 60), false, 'a packet that was on its way');
  assert.equal(doubt.isWell(1_300, 1_010, 60), true);
  assert.equal(doubt.hadItsChance(1_800, 60), true);
  doubt.wasWrong(1_800);
  assert.equal(doubt.patience(60), new Doubt().patience(60), 'to look was no mistake');
  doubt.changed(2_000, true);
  doubt.reset();
  assert.equal(doubt.isDue(2_010, 1_990, 60), false, 'another seat knows of no change');
});

test('wrong doubts make slower ones, for a minute', () => {
  const doubt = new Doubt();
  const first = doubt.patience(30);
  assert.equal(doubt.isWell(900, 950, 30), false);
  assert.equal(doubt.isWell(960, 950, 30), true);
  doubt.wasWrong(1_000);
  assert.ok(doubt.patience(30) > first);
  for (let wrong = 0; wrong < 20; wrong += 1) doubt.wasWrong(2_000);
  assert.ok(doubt.patience(30) < STALE_AFTER_MS);
  assert.equal(doubt.isDue(70_000, 70_000 - first, 30), true, 'forgotten');
});

test('a page that slept is told from one that was busy, by either clock', () => {
  const page = new Wakefulness();
  assert.equal(page.tick(0, 1_000, false, 100), 'awake');
  assert.equal(page.tick(100, 1_100, false, 100), 'awake');
  assert.equal(page.tick(600, 1_600, false, 100), 'busy');
  assert.equal(page.tick(1_100, 2_100, false, 100), 'awake', 'a page that is always slow must look some time');
  assert.equal(page.tick(1_200, 602_200, false, 100), 'slept', 'a clock that stood still');
  assert.equal(page.tick(9_000, 610_000, false, 100), 'slept');
  assert.equal(page.tick(9_100, 10_000, false, 100), 'awake', 'somebody has set the clock back');
  assert.equal(page.tick(10_100, 11_000, true, 100), 'awake', 'hidden pages tick once a second');
  assert.equal(page.tick(70_100, 71_000, true, 100), 'busy');
  assert.equal(page.tick(670_100, 671_000, true, 100), 'slept');
  const resting = new Wakefulness();
  resting.tick(0, 0, false, 100);
  assert.equal(resting.tick(585, 585, false, 585), 'awake', 'a look that was planned so late');
  assert.equal(resting.tick(1_400, 1_400, false, 585), 'busy');
  assert.equal(resting.tick(3_900, 3_900, false, 585), 'slept');
});

test('rtx-time is asked for every retransmission format once, and nothing else changes', () => {
  const sdp = 'm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=fmtp:96 profile-level-id=42e01f\r\na=fmtp:97 apt=96\r\na=fmtp:99 apt=98\r\n';
  const changed = withRtxTime(sdp, 200);
  assert.ok(changed.includes('a=fmtp:97 apt=96;rtx-time=200\r\n'));
  assert.ok(changed.includes('a=fmtp:99 apt=98;rtx-time=200\r\n'));
  assert.equal(changed.replaceAll(';rtx-time=200', ''), sdp);
  assert.equal(withRtxTime(changed, 200), changed);
});
