/** That marks are not saved stands as long as it is true. */

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { MarksKept } from '../../web/viewer/marks_kept.js';

globalThis.window = globalThis;

/** A page whose line of messages holds one sentence, and whose bar holds what stands. */
function page() {
  const line = { words: '' };
  const bar = { stands: false, problem: '' };
  const kept = new MarksKept(
    { notSaved: (stands, problem) => Object.assign(bar, { stands, problem }) },
    {
      say: (level, words) => Object.assign(line, { words: `${level}: ${words}` }),
      unsay: (words) => line.words === `error: ${words}` && Object.assign(line, { words: '' }),
    },
  );
  return { kept, bar, line };
}

const FULL = { saved: false, problem: 'The disk is full.' };
const AWAY = { saved: false, problem: "The server can't be reached." };
const WAITING = { saved: false, problem: '' };
const SAVED = { saved: true, problem: '' };

test('after every sequence of answers it stands exactly while the last problem is not mended', () => {
  const answers = [FULL, AWAY, WAITING, SAVED, null];
  const sequences = answers.flatMap((a) => answers.flatMap((b) => answers.flatMap((c) => answers.map((d) => [a, b, c, d]))));
  for (const sequence of sequences) {
    const { kept, bar, line } = page();
    let expected = false;
    for (const answer of sequence) {
      kept.told(answer);
      if (!answer || answer.saved) expected = false;
      else if (answer.problem) expected = true;
      assert.equal(bar.stands, expected, JSON.stringify(sequence));
      line.words = 'info: Another message.';
      assert.equal(bar.stands, expected);
    }
    kept.told(null);
  }
});

test('what went wrong is said once in the line of messages, and goes from it when it is mended', () => {
  const { kept, bar, line } = page();
  kept.told(FULL);
  assert.deepEqual([line.words, bar.problem], ['error: The disk is full.', 'The disk is full.']);
  line.words = 'info: Layout 2x2.';
  kept.told(FULL);
  assert.equal(line.words, 'info: Layout 2x2.');
  kept.told(AWAY);
  assert.equal(line.words, `error: ${AWAY.problem}`);
  kept.told(SAVED);
  assert.deepEqual([line.words, bar.stands, bar.problem], ['', false, '']);
});

test('a save that takes long is said as well, and an ordinary one is not', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { kept, bar } = page();
  kept.told(WAITING);
  mock.timers.tick(1_900);
  kept.told(SAVED);
  mock.timers.tick(10_000);
  assert.equal(bar.stands, false);
  kept.told(WAITING);
  mock.timers.tick(1_000);
  kept.told(WAITING);
  mock.timers.tick(1_100);
  assert.equal(bar.stands, true, 'a second mark does not make the first one wait anew');
  kept.told(SAVED);
  assert.equal(bar.stands, false);
  mock.timers.reset();
});
