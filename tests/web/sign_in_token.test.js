/** The token in an address: found, taken out, and nothing else of the address touched. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { apart, tokenOf } from '../../web/signaling/sign_in_token.js';

const BASES = ['http://127.0.0.1:8104/', 'https://reader.example/apps/farview/', 'https://h/viewer?study=1.2.3&archive=a', 'https://h/worklist'];

test('a token in the fragment is taken out, and the address stays', () => {
  for (const base of BASES) assert.deepEqual(apart(`${base}#token=a-b_9`), { token: 'a-b_9', rest: base });
});

test('an address without one stays as it is', () => {
  for (const base of BASES) {
    for (const end of ['', '#top', '#tokens=x']) assert.deepEqual(apart(base + end), { token: '', rest: base + end });
  }
});

test('an empty one is taken out as well, and is none', () => {
  for (const base of BASES) assert.deepEqual(apart(`${base}#token=`), { token: '', rest: base });
});

test('one in the query leaves the address and is not taken', () => {
  assert.deepEqual(apart('https://h/viewer?study=1.2.3&token=x'), { token: '', rest: 'https://h/viewer?study=1.2.3' });
  assert.deepEqual(apart('https://h/?token=x'), { token: '', rest: 'https://h/' });
  assert.deepEqual(apart('https://h/?token=x#token=y'), { token: 'y', rest: 'https://h/' });
});

test('whoever pastes the whole address means its token', () => {
  for (const typed of ['abc', ' abc\n', 'https://h:8104/#token=abc', '#token=abc', 'http://h/?token=abc', 'Farview is ready: http://h/#token=abc\n']) {
    assert.equal(tokenOf(typed), 'abc', typed);
  }
  assert.equal(tokenOf('  '), '');
});
