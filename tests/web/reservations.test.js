/** The two halves of the badge, as tables: plain green needs the wire and the image; every reservation is named, the gravest first. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judge } from '../../web/picture/fidelity.js';
import { WEIGHTS, reservationsOf, together, weightOf, weightOfAll } from '../../web/picture/reservations.js';
import { standingOf } from '../../web/picture/standing.js';
import { RecordFlag, ViewportKind } from '../../web/protocol/frames.js';
import { text } from '../../web/text/en.js';
import { exactWords, imagePart, percentWords, reservationLines, reservationsShown } from '../../web/viewer/reservations.js';
import { emptyWords } from '../../web/viewer/refused.js';
import { fixture } from './fixtures.js';

const SMALLER = RecordFlag.MINIFIED;
const record = (changes = {}) => ({ kind: ViewportKind.STACK, series: 0, flags: 0, zoom: 1, rect: [0, 0, 10, 10], ...changes });

test('page and host know the same codes, and agree which of them take plain exactness', () => {
  const codes = fixture('reservations');
  assert.deepEqual(Object.keys(WEIGHTS), codes.map(({ code }) => code), 'the gravest first, on both sides');
  for (const { code, takes_exact: takes } of codes) {
    assert.equal(weightOf(code) !== 'notice', takes, code);
    const [word, sentence] = text.reservations.words[code];
    assert.ok(word.length > 3 && word.length <= 28, code);
    assert.match(sentence, /^[A-Z].*\.$/, code);
  }
  assert.deepEqual(Object.keys(text.reservations.words).sort(), codes.map(({ code }) => code).sort());
});

test('plain green is for a proven picture of an image against which nothing stands, and for no other', () => {
  const exact = { fidelity: 'exact', why: '', viewports: ['exact'] };
  const lossy = { fidelity: 'lossy', why: 'moving', viewports: ['lossy'] };
  const refuted = { fidelity: 'mismatch', why: 'mismatch', viewports: ['mismatch'] };
  for (const weight of ['', 'notice', 'minified', 'doubt']) {
    for (const judgement of [exact, lossy, refuted]) {
      for (const isLive of [true, false]) {
        for (const hasPicture of [true, false]) {
          const standing = standingOf({ hasPicture, isLive, judgement, weight });
          const isPlain = hasPicture && isLive && judgement === exact && (weight === '' || weight === 'notice');
          assert.equal(standing === 'exact', isPlain, JSON.stringify({ weight, judgement, isLive, hasPicture }));
          if (hasPicture && isLive && judgement !== exact) assert.equal(standing, judgement.fidelity);
        }
      }
    }
  }
  const shown = { hasPicture: true, isLive: true, judgement: exact };
  assert.equal(standingOf({ ...shown, weight: 'doubt' }), 'reserved');
  assert.equal(standingOf({ ...shown, weight: 'minified' }), 'minified');
});

test('where no image is shown, no picture is spoken of', () => {
  const facts = { info: { scale: 1 }, isStill: true, isProven: true, isRefuted: false, isTouched: false, isLive: true, isCurrent: true, isVisible: true, scale: '' };
  for (const records of [[record({ kind: ViewportKind.EMPTY })], [record({ rect: [0, 0, 0, 0] })]]) {
    const judgement = judge({ ...facts, records });
    assert.equal(standingOf({ hasPicture: true, isLive: true, judgement, weight: '' }), 'noPicture');
    const moving = judge({ ...facts, records, isStill: false });
    assert.equal(standingOf({ hasPicture: true, isLive: true, judgement: moving, weight: '' }), 'noPicture');
  }
});

test('what the picture itself says: smaller than the image is, and an interpolation that overshoots', () => {
  const cubic = { interpolation: 'cubic' };
  const linear = { interpolation: 'linear' };
  for (const [changes, settings, expected] of [
    [{}, linear, []],
    [{}, null, []],
    [{ flags: SMALLER }, linear, ['minified']],
    [{ flags: SMALLER, kind: ViewportKind.MPR }, linear, ['minified']],
    [{ flags: SMALLER }, cubic, ['minified']],
    [{ zoom: 2 }, cubic, ['overshoot']],
    [{ zoom: 2, kind: ViewportKind.MPR }, cubic, ['overshoot']],
    [{ flags: SMALLER, kind: ViewportKind.VOLUME }, cubic, []],
    [{ flags: SMALLER, kind: ViewportKind.EMPTY }, cubic, []],
  ]) assert.deepEqual(reservationsOf(record(changes), [], settings), expected, JSON.stringify([changes, settings]));
});

test('the gravest is named first, and a code that is not known is the gravest', () => {
  assert.deepEqual(reservationsOf(record({ flags: SMALLER }), ['burned_in', 'overlay', 'mask', 'overlay'], null), ['mask', 'overlay', 'minified', 'burned_in']);
  assert.deepEqual(reservationsOf(record(), ['overlay', 'of_tomorrow'], null), ['of_tomorrow', 'overlay']);
  assert.equal(weightOfAll(['of_tomorrow']), 'doubt');
  assert.equal(weightOfAll(['minified', 'burned_in']), 'minified');
  assert.equal(weightOfAll(['burned_in']), 'notice');
  assert.equal(weightOfAll([]), '');
  const part = imagePart([record()], [['of_tomorrow']]);
  assert.equal(exactWords(part), 'Exact · reservation');
  assert.deepEqual(part.sentences, [text.reservations.unknown[1]]);
});

test('of several viewports the badge says the gravest, and of those that are smaller the smallest', () => {
  const records = [record({ zoom: 0.8 }), record({ zoom: 0.268 }), record()];
  assert.deepEqual(together([{ codes: ['minified'], zoom: 0.8 }, { codes: [], zoom: 0.1 }]), { codes: ['minified'], zoom: 0.8 });
  assert.equal(exactWords(imagePart(records, [['minified'], ['minified'], []])), 'Exact at 27\u202f%, not all pixels');
  assert.equal(exactWords(imagePart(records, [['minified'], ['overlay', 'minified'], ['shutter']])), 'Exact · overlay not drawn +1');
  assert.equal(exactWords(imagePart(records, [['burned_in'], [], []])), '', 'what is only told leaves the plain word');
});

test('what is smaller never reads as 100 %, nor as none', () => {
  for (const [zoom, words] of [[0.9999, '99'], [0.995, '99'], [0.5, '50'], [0.004, '<1'], [1, '100'], [1.5, '150']]) {
    assert.equal(percentWords(zoom), `${words}\u202f%`);
  }
});

test('each viewport names its own reservations in its corner, small ones too', () => {
  for (const code of Object.keys(WEIGHTS).filter((each) => !['minified', 'lossy_data'].includes(each))) {
    const [line] = reservationLines([code]);
    assert.equal(line.words, text.reservations.words[code][0]);
    assert.equal(line.kept, true);
    assert.equal(line.tone === 'warning', weightOf(code) === 'doubt', code);
  }
});

test('nothing is said of an image that is not certain', () => {
  const reading = { snapshotAt: () => null, termsOf: () => ({ notices: ['overlay'] }), progress: new Map() };
  assert.deepEqual(reservationsShown([record(), null, record({ kind: ViewportKind.EMPTY })], reading, 7), [['overlay'], [], []]);
});

test('what the loader says of an image is said of that image, and of planes and volumes of any', () => {
  const progress = new Map([[record().series, { noted: [['color_label', 3, 5], ['end_mark', 4, 5]] }]]);
  const reading = { snapshotAt: () => null, termsOf: () => ({ notices: [] }), progress };
  const said = (changes) => reservationsShown([record(changes)], reading, 7)[0];
  for (const [image, expected] of [[2, []], [3, ['color_label']], [4, ['color_label', 'end_mark']], [5, []]]) {
    assert.deepEqual(said({ image }), expected, String(image));
  }
  assert.deepEqual(said({ kind: ViewportKind.MPR, image: 2 }), ['color_label', 'end_mark']);
  assert.deepEqual(said({ series: record().series + 1, image: 4 }), []);
});

test('an empty viewport of a study of which nothing can be shown says why', () => {
  for (const [faults, expected] of [
    [[], text.corner.empty],
    [['', 'A can’t be shown.'], text.corner.empty],
    [['A can’t be shown.'], 'A can’t be shown.'],
    [['A can’t be shown.', 'B can’t be shown.', 'A can’t be shown.'], 'A can’t be shown. B can’t be shown.'],
  ]) assert.equal(emptyWords(faults.map((fault) => ({ fault }))), expected);
});
