/** What is said to the worklist before its script is there. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Coming } from '../../web/worklist/coming.js';

test('until it is there the newest of each kind is kept, and said in the order of the last words', async () => {
  const heard = [];
  const coming = new Coming(async () => heard);
  coming.tell('phase', (list) => list.push('connecting'));
  coming.tell('trouble', (list) => list.push('no host'));
  coming.tell('phase', (list) => list.push('failed'));
  assert.equal(coming.here, null);
  assert.equal(await coming.come(), heard);
  assert.deepEqual(heard, ['no host', 'failed']);
  coming.tell('phase', (list) => list.push('live'));
  assert.deepEqual(heard, ['no host', 'failed', 'live'], 'at once from then on');
  assert.equal(coming.here, heard);
});

test('it is asked for once, however many want it', async () => {
  let asked = 0;
  const coming = new Coming(async () => (asked += 1));
  assert.deepEqual(await Promise.all([coming.come(), coming.come(), coming.come()]), [1, 1, 1]);
});

test('where it does not come, what was said is kept and it may be asked for again', async () => {
  const heard = [];
  let fails = true;
  const coming = new Coming(async () => {
    if (fails) throw new Error('gone');
    return heard;
  });
  coming.tell('phase', (list) => list.push('live'));
  await assert.rejects(coming.come(), /gone/);
  assert.equal(coming.here, null);
  fails = false;
  await coming.come();
  assert.deepEqual(heard, ['live']);
});
