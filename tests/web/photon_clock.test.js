/** Hand → glass is measured from the event to the first new picture that knows it, and never from anything else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PhotonClock } from '../../web/picture/photon_clock.js';
import { Samples } from '../../web/picture/samples.js';

/** @returns {any} */
const picture = (revision, input_sequence, rtp = revision) => ({ revision, input_sequence, rtp, draw_ms: 3, encode_ms: 5 });

test('it counts from the hand to the first new picture that knows it', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(1, 0), 0);
  clock.sent(5, 100);
  clock.drawn(picture(1, 5), 110);
  assert.equal(clock.median, null, 'a refinement of the same revision answers nothing');
  clock.drawn(picture(2, 4), 120);
  assert.equal(clock.median, null, 'a picture made before the input answers nothing');
  clock.drawn(picture(3, 5), 140);
  assert.equal(clock.median, 40);
  clock.sent(6, 200);
  clock.drawn(picture(4, 6), 9_000);
  assert.equal(clock.median, 40, 'an input without effect is no sample');
  clock.sent(7, 10_000);
  clock.sent(8, 10_500);
  clock.drawn(picture(5, 8), 10_540);
  assert.equal(clock.median, 40, 'nor is one that another has overtaken');
  clock.sent(9, 11_000);
  clock.drawn(picture(6, 9), 11_900, true);
  assert.equal(clock.median, 40, 'nor one that only a heartbeat answers');
});

test('the slowest are counted: all of a drag that one late picture answers, from its first input on, and a step that took long', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(1, 0), 0);
  for (let input = 1; input <= 50; input += 1) clock.sent(input, 1_000 + 16 * input);
  clock.drawn(picture(2, 50), 1_850);
  const { samples, p50_ms: p50, p95_ms: p95 } = clock.report();
  assert.equal(samples, 16, 'and one wait is not the whole picture');
  assert.ok(p95 > 800 && p50 > 400 && p50 < 480, `${p50} ${p95}`);
  clock.sent(60, 5_000);
  clock.drawn(picture(3, 60), 6_400);
  assert.equal(clock.report().p50_ms, 1_400);
});

test('of a steady drag every input is a sample, as a mark in the pixels shows them', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(1, 0), 0);
  const seen = [];
  for (let at = 1_000, input = 1; at < 2_000; at += 40) {
    for (let part = 0; part < 5; part += 1, input += 1) {
      clock.sent(input, at + 8 * part);
      seen.push(at + 70 - (at + 8 * part));
    }
    clock.drawn(picture(input, input - 1), at + 70);
  }
  seen.sort((a, b) => a - b);
  assert.equal(clock.median, seen[Math.floor(seen.length / 2)]);
  assert.equal(clock.report().samples, seen.length);
});

test('a command is measured, whether its answer comes before the picture or after it', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(10, 0), 0);
  clock.commanded(1, 1_000);
  clock.answered(1, 11);
  clock.drawn(picture(11, 0), 1_030);
  assert.equal(clock.median, 30);
  clock.commanded(2, 2_000);
  clock.drawn(picture(12, 0), 2_080);
  clock.answered(2, 12);
  assert.equal(clock.p95, 80);
  for (const [id, revision] of [[3, 12], [4, null]]) {
    clock.commanded(id, 3_000);
    clock.answered(id, revision);
  }
  clock.drawn(picture(13, 0), 3_500);
  assert.equal(clock.report().samples, 2, 'what changed nothing, or was refused, is no sample');
});

test('a click that changed nothing is not answered by the picture of a key pressed after it', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(1, 0), 0);
  clock.sent(1, 100);
  clock.commanded(1, 700);
  clock.answered(1, 2);
  clock.drawn(picture(2, 1), 740);
  assert.equal(clock.p95, 40);
});

test('the time is split among page, network, drawing and coding, and decoding where the browser tells it', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(1, 0), 0);
  clock.sent(1, 100, 104);
  clock.drawn(picture(2, 1, 900), 140);
  assert.deepEqual(
    ['page', 'network', 'draw', 'encode', 'decode'].map((part) => clock.part(part).p50),
    [4, 28, 3, 5, null],
  );
  clock.received(900, 133);
  clock.received(900, 100);
  clock.received(7, 100);
  assert.deepEqual(clock.part('decode'), { p50: 7, p95: 7 });
});

test('pictures a second are those of the last movement', () => {
  const clock = new PhotonClock();
  assert.equal(clock.picturesPerSecond, null);
  for (let index = 0; index <= 10; index += 1) clock.drawn(picture(index, 0), index * 100);
  assert.equal(clock.picturesPerSecond, 10);
  for (let index = 0; index <= 10; index += 1) clock.drawn(picture(20 + index, 0), 60_000 + index * 25);
  assert.equal(clock.picturesPerSecond, 40);
});

test('last input to proven is counted once for each time the hand came to rest', () => {
  const clock = new PhotonClock();
  clock.proven(50);
  assert.deepEqual(clock.exact, { p50: null, p95: null }, 'nobody had moved');
  clock.sent(1, 100);
  clock.sent(2, 200);
  clock.proven(420);
  clock.proven(900);
  assert.deepEqual(clock.exact, { p50: 220, p95: 220 });
});

test('a report holds what is new since the last one, and there is none without', () => {
  const clock = new PhotonClock();
  assert.equal(clock.report(), null);
  clock.drawn(picture(1, 0), 0);
  clock.sent(1, 100);
  clock.drawn(picture(2, 1), 150);
  clock.proven(340);
  assert.deepEqual(clock.report(), { samples: 1, p50_ms: 50, p95_ms: 50, pictures_per_second: 0, exact: 1, exact_p50_ms: 240 });
  assert.equal(clock.report(), null);
  assert.equal(clock.median, 50, 'what the reader sees goes on');
});

test('revisions and sequences are compared modulo 2³²', () => {
  const clock = new PhotonClock();
  clock.drawn(picture(0xffff_fffe, 0xffff_fffd), 0);
  clock.sent(0xffff_ffff, 10);
  clock.drawn(picture(1, 3), 40);
  assert.equal(clock.median, 30);
});

test('samples are bounded and the newest count', () => {
  const samples = new Samples(3);
  assert.equal(samples.quantile(0.5), null);
  for (const value of [1, 9, 2, 3]) samples.add(value);
  assert.deepEqual([samples.quantile(0), samples.quantile(0.5), samples.quantile(1), samples.count], [2, 3, 9, 3]);
});
