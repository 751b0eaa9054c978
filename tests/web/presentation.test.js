/** Pixels and words on the glass are of one revision, or the words are absent; nothing of another study is ever shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Painter } from '../../web/picture/painter.js';
import { Presentation } from '../../web/picture/presentation.js';
import { isEpochSince, isLater } from '../../web/picture/rtp_time.js';

/** @returns {any} a glass that writes down what is drawn on it, with a clock moved by hand */
function glass() {
  const log = { drawn: [], described: [], passed: [], closed: [], timers: [] };
  const presentation = new Presentation(
    {
      draw: (frame, rtp, info) => log.drawn.push([rtp, info?.revision ?? null]) > 0,
      describe: (info, records, isStill) => {
        const said = [info?.revision ?? null, records.map((record) => record?.revision ?? null)];
        log.described.push(isStill ? [...said, 'still'] : said);
      },
      passed: (rtp) => log.passed.push(rtp),
    },
    (callback) => {
      const timer = { callback, on: true };
      log.timers.push(timer);
      return () => {
        timer.on = false;
      };
    },
  );
  return {
    ...log,
    presentation,
    frame: (rtp) => presentation.frame({ close: () => log.closed.push(rtp) }, rtp),
    wait: () => log.timers.splice(0).forEach(({ callback, on }) => on && callback()),
  };
}

const info = (rtp, revision, viewports = [revision]) => ({ rtp, revision, viewports });
const record = (viewport, revision) => ({ viewport, revision });
const packet = (epoch, frames, records = []) => ({ epoch, event_acknowledged: 0, frames, records });

test('a frame whose words are there is drawn and described in the same task', () => {
  const { presentation, frame, drawn, described, closed } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(100, 7)], [record(0, 7)]));
  frame(100);
  assert.deepEqual(drawn, [[100, 7]]);
  assert.deepEqual(described, [[7, [7]]]);
  assert.deepEqual(closed, [100]);
});

test('a frame waits for its words', () => {
  const { presentation, frame, drawn, described } = glass();
  presentation.open(1);
  frame(100);
  assert.deepEqual(drawn, []);
  presentation.packet(packet(1, [info(100, 7)], [record(0, 7)]));
  assert.deepEqual(drawn, [[100, 7]]);
  assert.deepEqual(described, [[7, [7]]]);
});

test('a frame whose words are lost is shown bare after a while, and described when they come after all', () => {
  const { presentation, frame, wait, drawn, described } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(100, 7)], [record(0, 7)]));
  frame(100);
  frame(200);
  wait();
  assert.deepEqual(drawn.at(-1), [200, null]);
  assert.deepEqual(described.at(-1), [null, []]);
  presentation.packet(packet(1, [info(200, 8)], [record(0, 8)]));
  assert.deepEqual(described.at(-1), [8, [8]]);
});

test('before the first frame with words nothing is shown bare: it could be of another study', () => {
  const { presentation, frame, wait, drawn, closed } = glass();
  presentation.open(2);
  frame(100);
  wait();
  frame(200);
  wait();
  assert.deepEqual(drawn, []);
  assert.deepEqual(closed, [100]);
});

test('frames of the study before are not shown, whatever comes late', () => {
  const { presentation, frame, wait, drawn } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(100, 7)], [record(0, 7)]));
  frame(100);
  presentation.close();
  presentation.packet(packet(1, [info(200, 8)], [record(0, 8)]));
  frame(200);
  presentation.open(2);
  frame(300);
  presentation.packet(packet(1, [info(300, 9)], [record(0, 9)]));
  wait();
  assert.deepEqual(drawn, [[100, 7]]);
  presentation.packet(packet(2, [info(400, 1)], [record(0, 1)]));
  frame(400);
  assert.deepEqual(drawn.at(-1), [400, 1]);
});

test('the first picture may arrive before the message that opens its study', () => {
  const { presentation, frame, drawn } = glass();
  presentation.packet(packet(5, [info(100, 3)], [record(0, 3)]));
  frame(100);
  assert.deepEqual(drawn, []);
  presentation.open(5);
  assert.deepEqual(drawn, [[100, 3]]);
});

test('a viewport without a record of exactly its revision is described as unknown, until the record comes', () => {
  const { presentation, frame, described } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(100, 9, [9, 4])], [record(0, 9), record(1, 3)]));
  frame(100);
  assert.deepEqual(described.at(-1), [9, [9, null]]);
  presentation.packet(packet(1, [], [record(1, 4)]));
  assert.deepEqual(described.at(-1), [9, [9, 4]]);
});

test('an older frame never replaces a newer one, also where the timestamps wrap round', () => {
  const { presentation, frame, drawn, closed } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(0xffff_fff0, 1), info(0x10, 2)], [record(0, 1), record(0, 2)]));
  frame(0xffff_fff0);
  frame(0x10);
  frame(0xffff_fff0);
  assert.deepEqual(drawn, [[0xffff_fff0, 1], [0x10, 2]]);
  assert.equal(closed.length, 3);
});

test('every frame is closed exactly once', () => {
  const { presentation, frame, wait, closed } = glass();
  presentation.open(1);
  presentation.packet(packet(1, [info(1, 1)], [record(0, 1)]));
  for (let rtp = 1; rtp <= 50; rtp += 1) {
    if (rtp % 3 === 0) presentation.packet(packet(1, [info(rtp, rtp)], [record(0, rtp)]));
    frame(rtp);
    if (rtp % 7 === 0) wait();
  }
  presentation.close();
  assert.deepEqual([...closed].sort((a, b) => a - b), Array.from({ length: 50 }, (_, index) => index + 1));
});

/** A glass with revision 7 on it, and a way to put stills there. */
function withStills() {
  const made = glass();
  const { presentation, frame, drawn } = made;
  presentation.open(1);
  presentation.packet(packet(1, [info(100, 7)], [record(0, 7)]));
  frame(100);
  const still = (revision) => presentation.still(info(90, revision), [record(0, revision)], () => drawn.push(['still', revision]));
  return { ...made, still };
}

test('a still takes the place of the moving picture of its revision, and no moving picture of it comes back', () => {
  const { presentation, frame, still, drawn, described, passed, closed } = withStills();
  assert.equal(still(7), true);
  assert.deepEqual([drawn.at(-1), described.at(-1)], [['still', 7], [7, [7], 'still']]);
  presentation.packet(packet(1, [info(200, 7), info(300, 6)], [record(0, 7)]));
  frame(200);
  frame(300);
  assert.deepEqual([drawn.at(-1), passed, closed], [['still', 7], [200, 300], [100, 200, 300]]);
  presentation.packet(packet(1, [info(400, 8)], [record(0, 8)]));
  frame(400);
  assert.deepEqual([drawn.at(-1), described.at(-1)], [[400, 8], [8, [8]]]);
});

test('a still is shown although no moving picture of its revision came; an older one never', () => {
  const { presentation, frame, still, drawn } = withStills();
  assert.equal(still(6), false);
  assert.equal(still(9), true);
  presentation.packet(packet(1, [info(200, 8), info(300, 9)], [record(0, 8), record(0, 9)]));
  frame(200);
  frame(300);
  assert.deepEqual(drawn, [[100, 7], ['still', 9]]);
  assert.equal(still(8), false);
});

test('a still may be the first picture of a study, and never comes after it is closed', () => {
  const { presentation, drawn } = glass();
  const still = () => presentation.still(info(90, 7), [record(0, 7)], () => drawn.push('still'));
  assert.equal(still(), false);
  presentation.open(1);
  assert.equal(presentation.hasPicture, false);
  assert.equal(still(), true);
  assert.equal(presentation.hasPicture, true);
  presentation.close();
  assert.deepEqual([still(), presentation.hasPicture, drawn], [false, false, ['still']]);
});

test('a picture whose words are lost covers a still only after the hand has moved', () => {
  const { presentation, frame, wait, still, drawn, passed } = withStills();
  still(7);
  frame(200);
  wait();
  assert.deepEqual([drawn.at(-1), passed], [['still', 7], [200]]);
  presentation.uncover();
  frame(300);
  wait();
  assert.deepEqual(drawn.at(-1), [300, null]);
});

test('a still that was refuted gives way to moving pictures of its revision, not to older ones', () => {
  const { presentation, frame, still, drawn } = withStills();
  still(8);
  presentation.retract();
  presentation.packet(packet(1, [info(200, 7), info(300, 8)], [record(0, 8)]));
  frame(200);
  assert.deepEqual(drawn.at(-1), ['still', 8]);
  frame(300);
  assert.deepEqual(drawn.at(-1), [300, 8]);
});

test('late words do not change what is said of a still', () => {
  const { presentation, still, described } = withStills();
  still(7);
  const before = described.length;
  presentation.packet(packet(1, [], [{ ...record(0, 7), flags: 512 }]));
  assert.equal(described.length, before);
});

test('the newest revision is the one drawn or told of, of the open study only', () => {
  const { presentation, still } = withStills();
  assert.equal(presentation.newest, 7);
  presentation.packet(packet(1, [info(200, 9)]));
  assert.equal(presentation.newest, 9);
  still(12);
  assert.equal(presentation.newest, 12);
  presentation.close();
  assert.equal(presentation.newest, null);
  presentation.open(2);
  assert.equal(presentation.newest, null);
});

test('timestamps and epochs are compared modulo their size', () => {
  assert.ok(isLater(5, 0xffff_fffb));
  assert.ok(!isLater(0xffff_fffb, 5));
  assert.ok(!isLater(7, 7));
  assert.ok(isEpochSince(1, 0xffff));
  assert.ok(isEpochSince(4, 4));
  assert.ok(!isEpochSince(0xffff, 1));
});

/**
 * A glass with the real painter, whose canvas holds the name of what was drawn last. A frame's name is its RTP timestamp, a still's
 * its revision; both show the revision that `told` knows.
 */
function painted() {
  const canvas = { width: 764, height: 536 };
  const context = { setTransform() {}, fillRect() {}, drawImage: (source) => (canvas.holds = source.rtp) };
  const painter = new Painter({ ...canvas, getContext: () => context });
  const timers = [];
  const glassed = { words: null, closed: 0 };
  const presentation = new Presentation(
    {
      draw: (source, rtp, info, heard) => painter.paint(source, info, { width: 764, height: 536 }, heard),
      describe: (info) => (glassed.words = info),
    },
    (callback) => {
      const timer = { callback, on: true };
      timers.push(timer);
      return () => (timer.on = false);
    },
  );
  const frame = (rtp, [displayWidth, displayHeight]) =>
    presentation.frame({ rtp, displayWidth, displayHeight, close: () => (glassed.closed += 1) }, rtp);
  const wait = () => timers.splice(0).forEach(({ callback, on }) => on && callback());
  return { presentation, frame, wait, glassed, canvas };
}

const FULL = [764, 536];
const COARSE = [574, 402];
const sized = (rtp, revision, coded) => ({ rtp, revision, coded, visible: coded, scale: coded[0] / 764, viewports: [revision] });

test('a picture of another size whose words are late is drawn as soon as its size is known, and never described before', () => {
  const { presentation, frame, wait, glassed, canvas } = painted();
  presentation.open(1);
  presentation.packet(packet(1, [sized(1000, 1, FULL)], [record(0, 1)]));
  frame(1000, FULL);
  frame(2000, COARSE);
  wait();
  assert.deepEqual([canvas.holds, glassed.words.rtp], [1000, 1000]);
  presentation.packet(packet(1, [sized(2000, 2, COARSE)], [record(0, 2)]));
  assert.deepEqual([canvas.holds, glassed.words.rtp], [2000, 2000]);
  assert.equal(glassed.closed, 2);
});

test('a picture moves also where all words come two pictures late and its size has changed', () => {
  const { presentation, frame, wait, canvas } = painted();
  presentation.open(1);
  presentation.packet(packet(1, [sized(1000, 1, FULL)], [record(0, 1)]));
  frame(1000, FULL);
  for (let n = 2; n < 10; n += 1) {
    frame(n * 1000, COARSE);
    if (n > 3) presentation.packet(packet(1, [sized((n - 2) * 1000, n - 2, COARSE)], [record(0, n - 2)]));
    wait();
    if (n > 4) assert.equal(canvas.holds, n * 1000);
  }
});

test('words are those of the pixels, whatever is late, lost, of another size or a still', () => {
  let seed = 7;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  let drawnLate = 0;
  for (let run = 0; run < 1500; run += 1) {
    const { presentation, frame, wait, glassed, canvas } = painted();
    let revision = 1;
    const waiting = [];
    let closed = 0;
    presentation.open(1);
    presentation.packet(packet(1, [sized(100, 1, FULL)], [record(0, 1)]));
    frame(100, FULL);
    closed += 1;
    for (let step = 2; step < 14; step += 1) {
      const rtp = step * 100;
      revision = random(6) === 0 ? Math.max(1, revision - 1) : revision + random(2);
      const coded = random(3) === 0 ? COARSE : FULL;
      const words = packet(1, [sized(rtp, revision, coded)], [record(0, revision)]);
      const fate = random(4);
      if (fate === 0) presentation.packet(words);
      else if (fate < 3) waiting.push(words);
      if (random(5) === 0) presentation.uncover();
      if (random(7) === 0) {
        const still = { ...sized(rtp, revision, FULL), rtp: `still ${rtp}` };
        presentation.still(still, [record(0, revision)], () => (canvas.holds = still.rtp));
      }
      if (random(8) > 0) {
        frame(rtp, coded);
        closed += 1;
      }
      if (random(2) === 0) wait();
      if (random(2) === 0 && waiting.length > 0) presentation.packet(waiting.splice(random(waiting.length), 1)[0]);
      if (glassed.words !== null) assert.equal(glassed.words.rtp, canvas.holds, `run ${run}, step ${step}`);
      else drawnLate += 1;
    }
    presentation.close();
    assert.equal(glassed.closed, closed);
  }
  assert.ok(drawnLate > 100, 'pictures were shown bare at all');
});
