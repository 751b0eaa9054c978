/** What is asked of a host before it is done reads as a question, for any number of readers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adminText } from '../../web/text/en_admin.js';

test('a question is a question, and says nothing as if it were done', () => {
  for (const ask of [adminText.drainWill, adminText.removeWill]) {
    for (const readers of [0, 1, 2, 40]) {
      const words = ask(readers);
      assert.match(words, /^[^.]*\?/, words);
      assert.doesNotMatch(words, /\b(is|are) (moved|saved|drained|removed)\b|\b(ends|stops|stays)\b/, words);
      if (readers > 0) assert.match(words, new RegExp(`\\b${readers} readers?\\b`));
    }
  }
});
