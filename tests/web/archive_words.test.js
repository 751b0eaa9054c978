/** What the worklist says of archives. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { archiveWords, withTrouble } from '../../web/worklist/archive_words.js';

const NOW = new Date(2026, 10, 30, 15, 0);
const SINCE = new Date(2026, 10, 30, 14, 3).getTime() / 1000;

/** @param {object} more */
function archive(more) {
  return { archive: 'a', title: 'CT share', studies: 1, files_seen: 0, files_total: 0, scanning: false, problem: '', problem_since: 0, answered: true, ...more };
}

test('of archives that are well nothing is said', () => {
  assert.equal(archiveWords([archive({}), archive({ archive: 'b' })], NOW), '');
});

test('a problem is said with its beginning, and by name where there are several', () => {
  const empty = archive({ problem: 'It is empty.', problem_since: SINCE });
  assert.equal(archiveWords([empty], NOW), 'It is empty. (since 14:03)');
  assert.equal(archiveWords([empty, archive({ archive: 'b' })], NOW), 'CT share: It is empty. (since 14:03)');
  assert.equal(archiveWords([{ ...empty, problem_since: SINCE - 86_400 }], NOW), 'It is empty. (since 14:03, 29 Nov 2026)');
  assert.equal(archiveWords([{ ...empty, problem_since: 0 }], NOW), 'It is empty.');
});

test('an archive that does not answer is named', () => {
  assert.match(archiveWords([archive({ answered: false })], NOW), /^CT share did not answer/);
});

test('trouble that has just come is said of its archive at once, beside what was said of the others', () => {
  const before = [archive({}), archive({ archive: 'b', title: 'Old share', problem: 'It is empty.', problem_since: SINCE })];
  const lost = withTrouble(before, { archive: 'a', problem: 'No connected render host reaches this archive.' });
  assert.equal(
    archiveWords(lost, NOW),
    'CT share: No connected render host reaches this archive. Old share: It is empty. (since 14:03)',
  );
  assert.deepEqual(withTrouble(before, { archive: 'b', problem: 'It is empty.' }), before, 'the time since when stays');
  assert.deepEqual(withTrouble(before, { archive: 'c', problem: 'It is empty.' }), before, 'one that is not listed yet');
  assert.equal(withTrouble(lost, { archive: 'a', problem: '' }), lost, 'that it is over is said by the answer that lists it again');
});
