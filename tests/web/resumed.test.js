/** What is said when a study opens again, over every change, and what goes with the hand's next act. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inZone } from './zone.js';
import { changeWords, patientWords, resumedWords, sayOpened } from '../../web/viewer/resumed.js';

const AT = Date.UTC(2026, 4, 3, 12, 3) / 1000;

/** @param {string} change @param {number} count @param {string} of @param {number | null} number */
const changed = (change, count = 0, of = 'view', number = 2) => ({ of, change, series: 0, series_number: number, count });

test('the instant is told in the zone of the reader’s device', () => {
  const opened = { resumed_at: AT, resumed_words: ['flipped', 'inverted'], changes: [] };
  assert.equal(inZone('Europe/Zurich', () => resumedWords(opened)), 'As you left it at 14:03, 3 May 2026: flipped, inverted.');
  assert.equal(inZone('America/New_York', () => resumedWords(opened)), 'As you left it at 08:03, 3 May 2026: flipped, inverted.');
  assert.equal(resumedWords({ ...opened, resumed_at: 0 }), '');
});

test('"as you left it" is never said of what is not', () => {
  const opened = { resumed_at: AT, resumed_words: ['flipped'], changes: [changed('new', 1)] };
  const words = inZone('UTC', () => resumedWords(opened));
  assert.doesNotMatch(words, /As you left it/);
  assert.match(words, /12:03.*flipped/);
});

test('each change has its sentence, of the view and of the marks', () => {
  /** @type {[ReturnType<typeof changed>, string][]} */
  const table = [
    [changed('gone', 15), '15 images of series 2 are gone since.'],
    [changed('gone', 1), '1 image of series 2 is gone since.'],
    [changed('new', 3, 'view', null), '3 images of a series without number are new since.'],
    [changed('replaced', 40), '40 images of series 2 were replaced since.'],
    [changed('series', 4), 'What you saw of series 2 (4 images) is gone since.'],
    [
      changed('replaced', 2, 'marks'),
      'Marks: 2 images of series 2 were replaced since they were saved. Marks on them have no value until they are measured anew: with its tool, click or drag an end of the mark.',
    ],
    [changed('patient'), 'The study was of another patient when you left it: that view is not taken up.'],
    [changed('patient', 0, 'marks'), 'The marks were saved on images of another patient.'],
  ];
  for (const [change, words] of table) assert.equal(changeWords([change]), words);
  for (const of of ['view', 'marks']) {
    const kinds = ['gone', 'new', 'replaced', 'series', 'patient', 'doubtful', 'unknown'];
    assert.equal(new Set(kinds.map((kind) => changeWords([changed(kind, 2, of)]))).size, kinds.length);
    for (const kind of kinds) assert.notEqual(changeWords([changed(kind, 2, of)]), '');
  }
  assert.equal(changeWords([]), '');
});

test('a study that names another patient than a moment ago says who it was before', () => {
  const beta = { patient_name: 'Beta^Berta', patient_id: 'B-2', birth_date: '19600101' };
  assert.equal(patientWords(null, beta), '');
  assert.equal(patientWords(beta, { ...beta }), '');
  for (const other of [{ patient_name: 'Liar^Lars' }, { patient_id: 'L-1' }, { birth_date: '19700101' }, { patient_id: '' }]) {
    assert.match(patientWords(beta, { ...beta, ...other }), /another patient.*BETA, Berta \(B-2\)/i, JSON.stringify(other));
  }
});

test('what changed stands by itself, and what passes is said beside it', () => {
  const opened = /** @type {any} */ ({ session: 's', goes_on: false, notices: ["1 file can't be read."], resumed_at: AT, resumed_words: [], changes: [changed('gone', 15)] });
  /** @type {string[]} */
  const said = [];
  /** @type {string[]} */
  const standing = [];
  const messages = {
    say: (/** @type {string} */ level, /** @type {string} */ words) => void said.push(`${level}: ${words}`),
    stand: (/** @type {string} */ words) => void standing.push(words),
  };
  sayOpened(messages, opened, () => undefined);
  assert.match(said[0] ?? '', /^warning: You left it at .*can't be read/);
  assert.deepEqual(standing, ['15 images of series 2 are gone since.']);
});

test('what was told before and not noted is told after what is new, and never as if it were of now', () => {
  /** @type {[ReturnType<typeof changed>[], ReturnType<typeof changed>[] | undefined, string, RegExp][]} */
  const table = [
    [[], [], '', /^info: As you left it/],
    [[changed('new', 1)], [], '1 image of series 2 is new since.', /^info: You left it/],
    [[], [changed('gone', 2)], 'Said before and not noted: 2 images of series 2 are gone since.', /^info: As you left it/],
    [
      [changed('new', 1)],
      [changed('gone', 2)],
      '1 image of series 2 is new since. Said before and not noted: 2 images of series 2 are gone since.',
      /^info: You left it/,
    ],
    [[changed('new', 1)], undefined, '1 image of series 2 is new since.', /^info: You left it/],
  ];
  for (const [changes, unnoted, words, line] of table) {
    const opened = /** @type {any} */ ({ session: 's', goes_on: false, notices: [], resumed_at: AT, resumed_words: [], changes, unnoted });
    /** @type {string[]} */
    const said = [];
    /** @type {unknown[]} */
    const sent = [];
    let standing = '';
    let note = () => undefined;
    const messages = {
      say: (/** @type {string} */ level, /** @type {string} */ text) => void said.push(`${level}: ${text}`),
      stand: (/** @type {string} */ text, /** @type {string} */ _which, /** @type {any} */ noted) => {
        standing = text;
        note = noted;
      },
    };
    sayOpened(messages, opened, (message) => void sent.push(message));
    assert.equal(standing, words);
    assert.match(said[0] ?? '', line);
    assert.deepEqual(sent, [], 'nothing is noted before the reader notes it');
    note();
    assert.deepEqual(sent, unnoted ? [{ type: 'changes.noted', session: 's' }] : [], 'a host that does not know it is not told');
  }
});

test('what can’t be undone any more is told after how the view was left', () => {
  const opened = /** @type {any} */ ({ session: 's', goes_on: false, notices: [], resumed_at: AT, resumed_words: [], changes: [] });
  for (const lost of [false, true]) {
    /** @type {string[]} */
    const said = [];
    sayOpened({ say: (_, words) => void said.push(words), stand: () => undefined }, opened, () => undefined, null, lost);
    assert.equal(/can no longer be undone\.$/.test(said[0] ?? ''), lost);
    assert.match(said[0] ?? '', /^As you left it/);
  }
});
