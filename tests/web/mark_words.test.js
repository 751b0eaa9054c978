/** A value that was not measured on the images that are there now is read nowhere. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { markWords } from '../../web/viewer/mark_words.js';

test('a value stands alone only where it is one of the images that are there', () => {
  assert.equal(markWords({ text: '12.3 mm', since: '' }), '12.3 mm');
  const said = ['replaced', 'changed', 'unknown'].map((since) => markWords({ text: '12.3 mm', since }));
  for (const words of [...said, markWords({ text: '12.3 mm', since: 'of a newer host' })]) {
    assert.ok(words.length > 0);
    assert.doesNotMatch(words, /\d/u);
  }
  assert.equal(new Set(said).size, 3);
});

test('no part of the page reads the value of a mark but through these words', () => {
  for (const folder of ['ui', 'viewer']) {
    for (const name of readdirSync(new URL(`../../web/${folder}`, import.meta.url))) {
      const source = readFileSync(new URL(`../../web/${folder}/${name}`, import.meta.url), 'utf8');
      assert.doesNotMatch(source, /\bmark\.text\b/u, `${folder}/${name}`);
    }
  }
});
