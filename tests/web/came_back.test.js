/** What comes back older than the page had it is told until it is noted; what was changed or deleted elsewhere since is not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CameBack, olderMarkWords, olderViewWords } from '../../web/viewer/came_back.js';
import { inZone } from './zone.js';
import { HeldMarks } from '../../web/viewer/held_marks.js';

const AT = Date.UTC(2026, 4, 3, 12, 3) / 1000;
const number = (/** @type {number} */ index) => index + 1;

/** @param {string} name */
const mark = (name, value = '10.0 mm', draft = false) => /** @type {any} */ ({ mark: name, kind: 'length', series: 0, image: 50, text: value, since: '', draft });

/**
 * @param {any[]} marks
 * @param {[string, number][]} changed
 */
const document = (marks, changed, saved = true) => ({ marks, changed, saved });

/**
 * What is told when the second document comes back after the first one.
 * @param {ReturnType<typeof document>} before
 * @param {ReturnType<typeof document>} after
 */
function back(before, after) {
  const held = new HeldMarks();
  held.opened('1.2');
  assert.deepEqual(held.told(before, number), [], 'of what is seen for the first time nothing is older');
  held.opened('1.2');
  return held.told(after, number).map(({ of, isSaved }) => `${of}${isSaved ? '' : ' unsaved'}`);
}

test('each mark is told to be older exactly where its change is', () => {
  const a = mark('a');
  const had = document([a], [['a', 20]]);
  /** @type {[string, ReturnType<typeof document>, ReturnType<typeof document>, string[]][]} */
  const table = [
    ['the same', had, had, []],
    ['not saved, gone', document([a], [['a', 20]], false), document([], []), ['lost unsaved']],
    ['saved, gone', had, document([], []), ['lost']],
    ['deleted elsewhere since', had, document([], [['a', 30]]), []],
    ['changed elsewhere since', had, document([mark('a', '12.0 mm')], [['a', 30]]), []],
    ['as before its change', had, document([mark('a', '12.0 mm')], [['a', 10]]), ['changed']],
    ['its deletion is lost', document([], [['a', 20]]), document([a], [['a', 10]]), ['deleted']],
    ['its deletion is forgotten', document([], [['a', 20]]), document([], []), []],
    ['a deletion before the mark was made again', had, document([], [['a', 10]]), ['lost']],
    ['its image is gone', had, document([], [['a', 20]]), []],
    ['never had a time, the same', document([a], [['a', 0]]), document([a], [['a', 0]]), []],
    ['never had a time, gone', document([a], [['a', 0]]), document([], []), ['lost']],
    ['another one is new', had, document([a, mark('b')], [['a', 20], ['b', 30]]), []],
    ['a host that does not say', had, { ...document([], []), changed: /** @type {any} */ (undefined) }, []],
    ['a host that did not say', { ...had, changed: /** @type {any} */ (null) }, document([], []), []],
  ];
  for (const [name, before, after, expected] of table) assert.deepEqual(back(before, after), expected, name);
});

test('before the store has answered nothing is called lost, and then all that is', () => {
  const held = new HeldMarks();
  held.opened('1.2');
  held.told(document([mark('a'), mark('b')], [['a', 20], ['b', 21]]), number);
  held.opened('1.2');
  assert.deepEqual(held.told(document([], [], false), number), []);
  assert.deepEqual(held.told(document([mark('c')], [['c', 40]], false), number), [], 'a mark that is made meanwhile');
  const answered = document([mark('a'), mark('c')], [['a', 20], ['c', 40]]);
  assert.deepEqual(held.told({ ...answered, marks: [...answered.marks, mark('d', '', true)] }, number), [], 'a draft hides what it changes');
  assert.deepEqual(held.told(answered, number).map(({ of }) => of), ['lost']);
  assert.deepEqual(held.told(answered, number), [], 'once');
  held.opened('1.2');
  assert.deepEqual(held.told(answered, number), []);
});

test('each study is held by itself, also while others are open', () => {
  const held = new HeldMarks();
  for (const study of ['1', '2']) {
    held.opened(study);
    held.told(document([mark(study)], [[study, 20]]), number);
  }
  for (const study of ['1', '2']) {
    held.opened(study);
    assert.equal(held.told(document([], []), number).length, 1, study);
  }
});

test('the words name kind, value, image, series, time, and whether it was saved', () => {
  const seen = { kind: 'length', text: '66.4 mm', since: '', image: 50, series: 1 };
  const one = { at: AT, isSaved: false, seen };
  const words = (/** @type {any[]} */ ...older) => inZone('Europe/Zurich', () => olderMarkWords(older));
  assert.deepEqual(words({ ...one, of: 'lost' }), ['1 mark is lost: length 66.4 mm on image 51 of series 1, of 14:03:00, not saved.']);
  assert.deepEqual(words({ ...one, of: 'changed', isSaved: true, at: 0 }), ['1 mark is as before the last change, which was: length 66.4 mm on image 51 of series 1.']);
  assert.deepEqual(words({ ...one, of: 'deleted', seen: null }), ['1 mark that was deleted is there again.']);
  assert.doesNotMatch(words({ ...one, of: 'lost', seen: { ...seen, since: 'replaced' } })[0] ?? '', /66\.4/, 'a value of other images is none');
  const many = words(...Array.from({ length: 8 }, () => ({ ...one, of: 'lost' })))[0] ?? '';
  assert.match(many, /^8 marks are lost: .*; 3 more\.$/);
  assert.equal(many.match(/66\.4/g)?.length, 5);
});

test('another image than before is told of each viewport', () => {
  const series = (/** @type {number} */ index) => `series ${index}`;
  const at = (/** @type {number} */ of, /** @type {number} */ image) => ({ series: of, image });
  /** @type {[any[], any[], RegExp[]][]} */
  const table = [
    [[at(2, 79)], [at(2, 79)], []],
    [[at(2, 79)], [at(2, 29)], [/image 30 of series 2; it was image 80\.$/]],
    [[at(2, 79)], [at(3, 79)], [/image 80 of series 3; it was image 80 of series 2\.$/]],
    [[at(2, 79), at(3, 1)], [at(2, 79)], [/1 viewport; it had 2\.$/]],
    [[at(2, 1), at(2, 2)], [at(2, 3), at(2, 4)], [/image 4/, /image 5/]],
    [[null], [at(2, 3)], []],
  ];
  for (const [before, now, expected] of table) {
    const words = olderViewWords(before, now, series);
    assert.equal(words.length, expected.length, JSON.stringify(before));
    expected.forEach((pattern, index) => assert.match(words[index] ?? '', pattern));
  }
});

/** A page with one study open, and what stands on it. */
function page() {
  const stands = { words: '', note: () => undefined };
  const reading = /** @type {any} */ ({ opened: null, marks: null, onGlass: [], series: (/** @type {number} */ index) => ({ number: index }) });
  const cameBack = new CameBack({ stand: (words, _which, note) => void Object.assign(stands, { words, note }) }, reading);
  const opens = (/** @type {any} */ marks, goesOn = false, study = '1.2', changes = []) => {
    reading.opened = { study: { study }, changes };
    reading.marks = null;
    cameBack.opened(goesOn);
    reading.marks = marks;
    cameBack.marked();
  };
  const pictured = (/** @type {number} */ image) => {
    reading.onGlass = [{ series: 2, image }];
    cameBack.pictured();
  };
  return { stands, opens, pictured };
}

test('marks and view that came back older stand together until they are noted, also over other studies', () => {
  const { stands, opens, pictured } = page();
  opens(document([mark('a')], [['a', 20]]));
  pictured(79);
  assert.equal(stands.words, '');
  opens(document([], []));
  pictured(29);
  assert.match(stands.words, /^What came back is older.* 1 mark is lost: .* image 30 of series 2; it was image 80\.$/);
  stands.words = '';
  opens(document([], []), false, '3.4');
  assert.equal(stands.words, '', 'of another study');
  opens(document([], []));
  assert.match(stands.words, /1 mark is lost/);
  stands.note();
  stands.words = '';
  opens(document([], []));
  pictured(29);
  assert.equal(stands.words, '');
});

test('a session that goes on is where the hand left it, and changed images have words of their own', () => {
  for (const [goesOn, changes] of [[true, []], [false, [{ of: 'view' }]]]) {
    const { stands, opens, pictured } = page();
    opens(document([], []));
    pictured(79);
    opens(document([], []), /** @type {any} */ (goesOn), '1.2', /** @type {any} */ (changes));
    pictured(29);
    assert.equal(stands.words, '');
  }
});
