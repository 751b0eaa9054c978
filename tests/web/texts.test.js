/** The page's sentences: every one is said somewhere. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { text } from '../../web/text/en.js';
import { adminText } from '../../web/text/en_admin.js';
import { text as checkText } from '../../web/text/en_check.js';
import { statsText } from '../../web/text/en_stats.js';
import { toolText } from '../../web/text/en_tools.js';
import { listText } from '../../web/text/en_worklist.js';

const WEB = new URL('../../web/', import.meta.url);
const modules = readdirSync(WEB, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
const sources = modules.filter((name) => name.endsWith('.js') && !name.startsWith('text/')).map((name) => readFileSync(new URL(name, WEB), 'utf8'));

/** Looked up by names that come from the wire or from a table of their own, through a variable of another name. */
const BY_NAME = {
  stage: ['index', 'cache', 'renderer', 'reading'],
  keys: Object.keys(toolText.keys),
  filters: Object.keys(listText.filters),
  text: ['failed', 'late'],
  wakeLock: ['good', 'weak'],
  fullscreen: ['good', 'weak'],
  statsText: ['way', 'roundTrip', 'rate', 'loss', 'pictures', 'size', 'method'],
};

/**
 * Every sentence or list of them, as the name of what holds it and its own.
 * @param {Record<string, any>} holder
 * @param {string} name of it
 * @returns {[string, string, string[]][]} with all names that its holder knows
 */
function sentences(holder, name) {
  return Object.entries(holder).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? sentences(value, key) : /** @type {[string, string, string[]][]} */ ([[name, key, Object.keys(holder)]]),
  );
}

/**
 * Whether some module names it by its holder (`stage.tap`), takes it out of its holder (`{ tap } = text.stage`), or goes through the holder.
 * @param {string} holder
 * @param {string} key
 * @param {readonly string[]} siblings all keys of the holder
 */
function isSaid(holder, key, siblings) {
  if (BY_NAME[holder]?.includes(key) || (key === 'title' && holder in checkText.rows)) return true;
  const named = new RegExp(`\\b${holder}\\??\\.${key}\\b`);
  const taken = new RegExp(`\\{[^}]*\\b${key}\\b[^}]*\\} = [\\w.]*\\b${holder};`);
  const through = new RegExp(`\\b${holder}(\\)|\\?\\.)?\\[|\\b(?:entries|values|keys)\\([\\w.]*\\b${holder}\\)`);
  // Where some keys are named and others looked up, those that are looked up stand somewhere as strings or as a table's names.
  const sibling = new RegExp(`\\b${holder}\\.(?:${siblings.join('|')})\\b`);
  const written = new RegExp(`'${key}'|^\\s*${key}:`, 'm');
  const isDictionary = !sources.some((source) => sibling.test(source));
  if (sources.some((source) => named.test(source) || taken.test(source))) return true;
  return sources.some((source) => through.test(source)) && (isDictionary || sources.some((source) => written.test(source)));
}

test('every sentence is said by some module', () => {
  const all = [
    ...sentences(text, 'text'),
    ...sentences(checkText, 'text'),
    ...sentences(adminText, 'adminText'),
    ...sentences(listText, 'listText'),
    ...sentences(statsText, 'statsText'),
    ...sentences(toolText, 'toolText'),
  ];
  assert.ok(all.length > 300);
  assert.deepEqual(all.filter(([holder, key, siblings]) => !isSaid(holder, key, siblings)).map(([holder, key]) => `${holder}.${key}`), []);
});

test('a sentence that nobody says is found', () => {
  assert.ok(!isSaid('stage', 'gone', ['tap', 'gone']));
  assert.ok(isSaid('stage', 'tap', ['tap', 'gone']));
  assert.ok(!isSaid('adminText', 'lastSeen', ['drain', 'title', 'lastSeen']), 'its holder is looked into, but not for it');
  assert.ok(isSaid('adminText', 'drain', ['drain', 'title', 'lastSeen']));
});
