/** A record is waited for until it comes, is refused or another study is chosen; what became of it is said once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ProofSaver } from '../../web/viewer/proof_saver.js';

globalThis.window = globalThis;

/** @returns {any} */
function saving(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const log = { asked: [], said: [] };
  const saver = new ProofSaver((sha256) => log.asked.push(sha256) > 0, (level) => log.said.push(level));
  saver.record({ proof: { sha256: 'ab' } });
  assert.deepEqual(log.asked, ['ab']);
  return { log, saver, wait: () => context.mock.timers.tick(60_000) };
}

test('a record that does not come is said to be late, once', (context) => {
  const { log, wait } = saving(context);
  wait();
  wait();
  assert.deepEqual(log.said, ['error']);
});

test('one that was refused, or whose study was left, is not said to be late as well, nor saved when it comes after all', (context) => {
  const { log, saver, wait } = saving(context);
  saver.forget();
  saver.arrived('ab', '{}');
  wait();
  assert.deepEqual(log.said, []);
});
