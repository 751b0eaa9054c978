/** That no exact picture comes is said while it is so: it goes with the hand's next act, and when one is tried again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = globalThis;
const { Proofs } = await import('../../web/viewer/proofs.js');

const REASON = 'The exact picture could not be shown. It is tried again when you move.';
const WITHDRAWN = { type: 'still.withdrawn', still: 3, reason: REASON };

/** @returns {any} */
function proving() {
  const bar = { words: '', isOfAct: false };
  const messages = {
    say: (level, words) => Object.assign(bar, { words, isOfAct: false }),
    sayOfAct: (words) => Object.assign(bar, { words, isOfAct: true }),
    unsay: (words) => words && words === bar.words && Object.assign(bar, { words: '' }),
  };
  const glass = { touch: () => undefined, proof: () => undefined, withdrawn: () => undefined, clock: null };
  const seat = { sendControl: () => true };
  const reading = { glass: () => glass, deeds: () => ({}), toggled: () => undefined };
  const proofs = new Proofs({ messages, connectStats: () => undefined }, seat, { methods: [], unable: '' }, {}, reading);
  return { bar, messages, proofs };
}

test('that no exact picture comes is said as what goes with the hand', () => {
  const { bar, proofs } = proving();
  proofs.take(WITHDRAWN);
  assert.deepEqual(bar, { words: REASON, isOfAct: true });
});

test('it goes when a still comes after all, and when a command is given; what else was said since stays', () => {
  const ways = [(proofs) => proofs.take({ type: 'still', still: 4 }), (proofs) => proofs.command({ type: 'command', id: 1 }, 0)];
  for (const way of ways) {
    const { bar, messages, proofs } = proving();
    proofs.take(WITHDRAWN);
    way(proofs);
    assert.equal(bar.words, '');
    proofs.take(WITHDRAWN);
    messages.say('info', 'Something else.');
    way(proofs);
    assert.equal(bar.words, 'Something else.');
  }
});
