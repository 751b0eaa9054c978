/** Messages in parts: joined in order, whatever comes between; what does not fit is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MessageParts } from '../../web/protocol/message_parts.js';
import { ProtocolError } from '../../web/protocol/protocol_error.js';

const NOTICE = { type: 'notice', level: 'info', code: 'a', message: 'Ωμή "quoted" \\ 山田'.repeat(40) };
const SMALL = { type: 'moved', message: 'hello' };

/** @param {object} message @param {number} number @param {number} size */
function partsOf(message, number, size = 50) {
  const characters = [...JSON.stringify(message)];
  const texts = [];
  for (let at = 0; at < characters.length; at += size) texts.push(characters.slice(at, at + size).join(''));
  return texts.map((text, index) => JSON.stringify({ type: 'part', number, index, count: texts.length, text }));
}

test('a message within the limit stands for itself', () => {
  assert.deepEqual(new MessageParts().take(JSON.stringify(SMALL)), SMALL);
});

test('parts are joined, with whole messages and parts of others between them', () => {
  const parts = new MessageParts();
  const [first, second] = [partsOf(NOTICE, 1), partsOf({ ...NOTICE, code: 'b' }, 2)];
  const heard = [];
  for (let at = 0; at < first.length; at += 1) {
    for (const data of [first[at], JSON.stringify(SMALL), second[at]]) heard.push(parts.take(data));
  }
  const whole = heard.filter((message) => message && message.type !== 'moved');
  assert.deepEqual(whole, [NOTICE, { ...NOTICE, code: 'b' }]);
  assert.equal(heard.filter((message) => message?.type === 'moved').length, first.length);
});

test('a part that does not follow is refused, and its message with it', () => {
  const data = partsOf(NOTICE, 1);
  for (const order of [[1], [0, 0], [0, 2], [0, 1, 1]]) {
    const parts = new MessageParts();
    const [last] = order.slice(-1);
    for (const at of order.slice(0, -1)) assert.equal(parts.take(data[at]), null);
    assert.throws(() => parts.take(data[last]), ProtocolError);
    assert.equal(data.map((each) => parts.take(each)).at(-1)?.type, 'notice', 'it may be said again');
  }
});

test('what is absurd is refused', () => {
  const part = { type: 'part', number: 1, index: 0, count: 1, text: '' };
  for (const odd of [{ count: 1e6 }, { index: 1 }, { index: 3, count: 2 }, { text: '{' }, { text: '{"type":"part","number":1,"index":0,"count":2,"text":""}' }]) {
    assert.throws(() => new MessageParts().take(JSON.stringify({ ...part, ...odd })), ProtocolError);
  }
  const parts = new MessageParts();
  const begin = (number) => parts.take(JSON.stringify({ ...part, number, count: 2 }));
  for (let number = 0; number < 8; number += 1) assert.equal(begin(number), null);
  assert.throws(() => begin(8), ProtocolError);
});
