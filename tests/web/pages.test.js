/** The browser's files: all needed, without inline code, colours in one place. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';

import { BINDINGS } from '../../web/input/key_map.js';
import { ICON_PATHS } from '../../web/ui/icon_paths.js';
import '../../web/ui/list_icons.js';
import '../../web/ui/tool_icons.js';

const WEB = new URL('../../web/', import.meta.url);
const read = (name) => readFileSync(new URL(name, WEB), 'utf8');
const files = readdirSync(WEB, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));

/** Every module that `name` needs, itself included. */
function needed(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, from, bare] of read(name).matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm)) {
    const path = from ?? bare;
    if (path) needed(posix.normalize(posix.join(posix.dirname(name), path)), found);
  }
  return found;
}

test('every module of the browser is needed by some page', () => {
  const used = new Set(['boot.js', 'interface.js', 'lists.js', 'tools.js', 'streams.js', 'admin.js', 'check.js', 'sign_in.js'].flatMap((entry) => [...needed(entry)]));
  assert.deepEqual(files.filter((name) => name.endsWith('.js') && !used.has(name)), []);
});

test('the boot module imports nothing of the interface', () => {
  const interfaces = ['check', 'format', 'icons', 'input', 'picture', 'ui', 'viewer'];
  assert.deepEqual([...needed('boot.js')].filter((name) => interfaces.includes(name.split('/')[0])), []);
  assert.deepEqual([...needed('boot.js')].filter((name) => name.startsWith('text/')), ['text/en_seat.js'], 'its own sentences only');
});

test('what draws a picture does not wait for the worklist', () => {
  const lists = ['ui/worklist.js', 'worklist/query.js', 'text/en_worklist.js', 'text/en_admin.js', 'text/en_check.js'];
  assert.deepEqual([...needed('interface.js')].filter((name) => lists.includes(name)), []);
  assert.ok(needed('lists.js').has('ui/worklist.js'));
});

test('what draws a first picture does not wait for tools, hands, marks and proofs, nor for pictures over WebSockets', () => {
  const later = [
    /^ui\/(toolbar|series_strip|tool_icons|list_icons|help|stats_panel|go_to_image|popover|tooltip|marks|in_place|stage_in_place|scroll_bar)/,
    /^input\/(?!opening_click)/,
    /^viewer\/(hand|mark|pen|label|page_actions|key|commander|proof|measures|still_pipe|rest_watch|covers|display_chain|equipment)/,
    /^picture\/(ink|display_style|read_back|still_abilities|stills|held_stills|still_outlet|image_decoder|photon_clock|samples|planes|still_canvas)/,
    /^text\/en_(tools|stats|worklist|admin|check)/,
    /^protocol\/(moves|stills|stream)/,
    /^(stream|format\/png|webrtc\/way)/,
  ];
  const first = [...needed('boot.js'), ...needed('interface.js')];
  assert.deepEqual(first.filter((name) => later.some((part) => part.test(name))), []);
  const tools = [...needed('tools.js'), ...needed('streams.js')];
  for (const part of later.slice(0, 4)) assert.ok(tools.some((name) => part.test(name)), String(part));
});

test('no later script waits for another one', () => {
  const there = new Set([...needed('boot.js'), ...needed('interface.js')]);
  const later = ['lists.js', 'tools.js', 'streams.js'].map((entry) => [...needed(entry)].filter((name) => !there.has(name)));
  const all = later.flat();
  assert.deepEqual(all.filter((name, index) => all.indexOf(name) !== index), []);
});

test('the words that keep a reader safe come with the first picture', () => {
  const there = needed('interface.js');
  const safe = ['ui/patient_bar.js', 'ui/badge.js', 'viewer/badge_words.js', 'viewer/corner_text.js', 'viewer/reservations.js', 'picture/fidelity.js'];
  assert.deepEqual(safe.filter((name) => !there.has(name)), []);
});

test('what stands in the page itself has no words and nothing of the interface', () => {
  const mine = ['early.js', 'boot', 'protocol', 'webrtc', 'worklist'];
  assert.deepEqual([...needed('early.js')].filter((name) => !mine.includes(name.split('/')[0])), []);
});

test('the page of a study names no icon that would be fetched before its picture', () => {
  assert.deepEqual([...read('index.html').matchAll(/<link rel="icon"[^>]*>/g)].map(([link]) => link), ['<link rel="icon" href="data:," />']);
  assert.match(read('tools.js'), /'icons\/favicon\.svg'/);
});

test('no page has script or style of its own, and nothing comes from elsewhere', () => {
  for (const name of files.filter((file) => file.endsWith('.html'))) {
    const page = read(name);
    assert.doesNotMatch(page, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/i, name);
    assert.doesNotMatch(page, /(?:src|href)="(?!(?:data:,"|static\/{{build}}\/|manifest\.webmanifest"|check"|{{base}}\/))/, name);
  }
  for (const name of files.filter((file) => file.endsWith('.css'))) assert.doesNotMatch(read(name), /@import|url\(/, name);
});

test('markup is never made from text', () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style'/;
  for (const name of files.filter((file) => file.endsWith('.js'))) assert.doesNotMatch(read(name), forbidden, name);
});

test('every colour stands in the tokens', () => {
  for (const name of files.filter((file) => file.endsWith('.css') && file !== 'css/tokens.css')) {
    assert.doesNotMatch(read(name).replace(/url\([^)]*\)/g, ''), /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i, name);
  }
});

test('every token that is used is defined', () => {
  const defined = new Set([...read('css/tokens.css').matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name));
  defined.add('--done'); // set by the worklist's progress line
  for (const name of files.filter((file) => file.endsWith('.css'))) {
    for (const [, token] of read(name).matchAll(/var\((--[\w-]+)/g)) assert.ok(defined.has(token), `${token} in ${name}`);
  }
});

test('every icon that is asked for exists, and every tool has one', () => {
  for (const name of files.filter((file) => file.startsWith('ui/') && file.endsWith('.js'))) {
    for (const [, asked] of read(name).matchAll(/\bicon\('([^']+)'\)/g)) assert.ok(ICON_PATHS[asked], `${asked} in ${name}`);
  }
  for (const { action, value } of BINDINGS) if (action === 'tool.set') assert.ok(ICON_PATHS[String(value)], String(value));
});

test('the manifest names icons that exist', () => {
  for (const { src } of JSON.parse(read('manifest.webmanifest')).icons) {
    assert.ok(files.includes(src.replace('static/{{build}}/', '')), src);
  }
});
