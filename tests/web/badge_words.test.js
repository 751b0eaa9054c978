/** What the badge names, over all pairs of what may stand against a picture: always the graver of two, from one ordered table. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GRAVEST_FIRST, gravest, judge } from '../../web/picture/fidelity.js';
import { WEIGHTS, weightOfAll } from '../../web/picture/reservations.js';
import { standingOf } from '../../web/picture/standing.js';
import { RecordFlag, ViewportKind } from '../../web/protocol/frames.js';
import { text } from '../../web/text/en.js';
import { badgeWords } from '../../web/viewer/badge_words.js';
import { imagePart } from '../../web/viewer/reservations.js';

const record = (flags = 0) => ({ kind: ViewportKind.STACK, series: 0, flags, zoom: 1, rect: [0, 0, 10, 10] });
const AT_REST = { info: { scale: 1 }, records: [record()], isStill: true, isProven: true, isRefuted: false, isTouched: false, isLive: true, isCurrent: true, isVisible: true, scale: '' };
/** How each reason comes about. */
const CAUSES = {
  mismatch: { isRefuted: true },
  notLive: { isLive: false },
  anotherPatient: { flags: RecordFlag.OTHER_PATIENT },
  altered: { scale: 'altered' },
  reworded: { scale: 'reworded' },
  covered: { scale: 'covered' },
  unreadable: { flags: RecordFlag.MISSING, isUnreadable: () => true },
  missing: { flags: RecordFlag.MISSING },
  incomplete: { flags: RecordFlag.INCOMPLETE },
  windowPending: { flags: RecordFlag.WINDOW_PENDING },
  moving: { isTouched: true },
  unproven: { isProven: false },
  overtaken: { isCurrent: false },
  coarse: { flags: RecordFlag.COARSE },
  reduced: { flags: RecordFlag.REDUCED },
  hidden: { isVisible: false },
  scaled: { scale: 'scaled' },
  zoomed: { scale: 'zoomed' },
  offset: { scale: 'offset' },
  unknownScale: { scale: 'unknownScale' },
};
const DOUBTS = Object.keys(WEIGHTS).filter((code) => WEIGHTS[code] === 'doubt');

/** @param {...object} causes */
function judged(...causes) {
  const { flags, ...facts } = causes.reduce((all, cause) => ({ ...all, ...cause, flags: (all.flags ?? 0) | (cause.flags ?? 0) }), {});
  return judge({ ...AT_REST, ...facts, records: [record(), record(flags ?? 0)] });
}

/** @param {ReturnType<typeof judge>} judgement @param {string[]} codes */
function badge(judgement, codes, isLive = true) {
  const image = imagePart([record(), record()], [codes, []]);
  const standing = standingOf({ hasPicture: true, isLive, judgement, weight: weightOfAll(codes) });
  const { words, aside } = badgeWords(standing, judgement, image, '12:1');
  return { standing, said: [words || text.badge[standing], aside].filter(Boolean).join(' · ') };
}

test('each reason has a cause and words, and alone it is the one that is told', () => {
  assert.deepEqual(Object.keys(CAUSES), [...GRAVEST_FIRST]);
  for (const why of GRAVEST_FIRST) {
    assert.equal(judged(CAUSES[why]).why, why);
    assert.ok(why === 'mismatch' || text.fidelity.why[why], why);
  }
});

test('of two reasons the graver one is told, in whichever viewport and order they stand', () => {
  for (const [at, graver] of GRAVEST_FIRST.entries()) {
    for (const lesser of GRAVEST_FIRST.slice(at + 1)) {
      assert.equal(gravest([lesser, graver]), graver);
      const isOneField = 'scale' in CAUSES[graver] && 'scale' in CAUSES[lesser];
      if (!isOneField) assert.equal(judged(CAUSES[lesser], CAUSES[graver]).why, graver, `${graver} and ${lesser}`);
    }
  }
});

test('of two reservations the badge names the graver one and counts the other', () => {
  for (const [at, graver] of DOUBTS.entries()) {
    for (const lesser of DOUBTS.slice(at + 1)) {
      const { standing, said } = badge(judged(), [lesser, graver].sort((a, b) => DOUBTS.indexOf(a) - DOUBTS.indexOf(b)));
      assert.equal(standing, 'reserved');
      assert.equal(said, `Exact · ${text.reservations.words[graver][0]} +1`);
    }
  }
});

test('what the badge says of each reason with each reservation beside it', () => {
  for (const why of GRAVEST_FIRST) {
    for (const code of DOUBTS) {
      const { standing, said } = badge(judged(CAUSES[why]), [code], why !== 'notLive');
      const word = text.reservations.words[code][0];
      const plain = { mismatch: 'Mismatch', notLive: 'Not live' }[why] ?? [text.badge.reasons[why] ?? 'Lossy · 12:1', word].join(' · ');
      assert.equal(said, plain, `${why} and ${code}`);
      assert.notEqual(standing, 'exact');
    }
  }
});

test('another patient is told at rest and while the picture moves, by a sign of its own', () => {
  for (const others of [{}, CAUSES.moving, CAUSES.missing, CAUSES.altered]) {
    const { standing, said } = badge(judged(CAUSES.anotherPatient, others), []);
    assert.deepEqual([standing, said], ['anotherPatient', 'Another patient']);
  }
});
