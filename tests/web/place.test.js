/** The rules that lay the picture's place out before the style sheet is there are those of the style sheet. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { PLACE, layPlace } from '../../web/boot/place_sheet.js';

const CSS = new URL('../../web/css/', import.meta.url);
const page = readFileSync(new URL('../index.html', CSS), 'utf8');
const sheets = readdirSync(CSS).filter((name) => page.includes(`css/${name}"`));
const LAYS_OUT = /^(display|grid|height|width|padding|min-|max-|margin|border|position|inset)/;

/** Each declaration as "media | selector | property: value", one space between words. @param {string} css */
function declarations(css) {
  const found = [];
  const open = [];
  let words = '';
  for (const sign of css.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s+/g, ' ')) {
    if (sign === '{') {
      open.push(words.trim());
      words = '';
    } else if (sign === '}' || sign === ';') {
      if (words.trim()) found.push([...(open.length > 1 ? open : ['', ...open]), words.trim()].join(' | '));
      words = '';
      if (sign === '}') open.pop();
    } else {
      words += sign;
    }
  }
  return found;
}

const all = sheets.flatMap((name) => declarations(readFileSync(new URL(name, CSS), 'utf8')));
const place = declarations(PLACE);

test('each rule of the place stands in the style sheet, and none there overrules it', () => {
  assert.ok(sheets.length > 5 && place.length > 15);
  assert.deepEqual(place.filter((each) => !all.includes(each)), []);
  for (const each of place) {
    const [head] = /^.*\| [\w-]+:/.exec(each) ?? [];
    assert.deepEqual(all.filter((other) => other.startsWith(`${head}`)), [each], 'it is set once');
  }
});

test('no rule of the style sheet that lays the place out is left out', () => {
  const of = (each) => each.split(' | ')[1].split(',').map((selector) => selector.trim());
  const theirs = all.filter((each) => {
    const isOfPlace = of(each).some((selector) => /^(fv-viewer(\.no-strip)?|\.stage-box|html|body|\*)$/.test(selector));
    return isOfPlace && LAYS_OUT.test(each.split(' | ')[2]) && !/position: relative/.test(each);
  });
  assert.ok(theirs.length > 8);
  assert.deepEqual(theirs.filter((each) => !place.includes(each)), []);
});

test('it holds until the style sheet has come, and nowhere else', async () => {
  const known = globalThis.CSSStyleSheet;
  globalThis.CSSStyleSheet = class {
    replaceSync(text) {
      this.text = text;
    }
  };
  try {
    const document = { adoptedStyleSheets: [] };
    let resolve = () => undefined;
    const promise = new Promise((come) => (resolve = come));
    layPlace(document, promise);
    assert.deepEqual(document.adoptedStyleSheets.map(({ text }) => text), [PLACE]);
    resolve();
    await promise;
    await null;
    assert.deepEqual(document.adoptedStyleSheets, []);
    layPlace({}, promise);
  } finally {
    globalThis.CSSStyleSheet = known;
  }
});
