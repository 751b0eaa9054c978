/** The key table: letters by key, digits by code, nothing with Ctrl, ⌘ or Alt, nothing twice. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BINDINGS, bindingFor, keyLabel } from '../../web/input/key_map.js';
import { toolText } from '../../web/text/en_tools.js';

const press = (key, more = {}) => bindingFor({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const name = (...parameters) => press(...parameters)?.binding.name ?? null;

test('the keys of the reading room', () => {
  const expected = { s: 'scroll', w: 'window', t: 'pan', z: 'zoom', d: 'length', p: 'probe', j: 'crosshair', g: 'goToImage', i: 'invert', f: 'fit', h: 'help' };
  for (const [key, action] of Object.entries(expected)) {
    assert.equal(name(key), action);
    assert.equal(name(key.toUpperCase()), action, 'caps lock');
  }
  assert.equal(name('ArrowUp'), 'previousImage');
  assert.equal(name('PageDown'), 'nextSeries');
  assert.equal(name('Home'), 'firstImage');
  assert.equal(name('Escape'), 'cancel');
  assert.equal(name('F1'), 'help');
});

test('digits are found by their place, so that every keyboard has them', () => {
  assert.equal(press('&', { code: 'Digit1' })?.digit, 1);
  assert.equal(name('&', { code: 'Digit1' }), 'preset');
  assert.equal(name('à', { code: 'Digit0' }), 'oneToOne');
  assert.equal(name('!', { code: 'Digit1', shiftKey: true }), 'layout1');
});

test('plain keys never fire with Ctrl, ⌘ or Alt, or while composing', () => {
  for (const held of ['ctrlKey', 'metaKey', 'altKey']) {
    for (const key of ['s', 'w', 'i', 'f', 'Home', 'ArrowUp']) assert.equal(name(key, { [held]: true }), null, `${held} ${key}`);
  }
  assert.equal(name('s', { isComposing: true }), null);
  assert.equal(name('Process'), null);
});

test('undo and redo', () => {
  assert.equal(name('z', { ctrlKey: true }), 'undo');
  assert.equal(name('Z', { metaKey: true, shiftKey: true }), 'redo');
});

test('plus and minus work with and without Shift', () => {
  assert.equal(name('+', { shiftKey: true }), 'zoomIn');
  assert.equal(name('+'), 'zoomIn');
  assert.equal(name('-'), 'zoomOut');
});

test('no key means two things, and every one is in the help', () => {
  const seen = new Set();
  for (const { keys, control, shift, name: binding, label } of BINDINGS) {
    for (const key of keys) {
      const whole = `${control ? 'ctrl ' : ''}${shift ? 'shift ' : ''}${key}`;
      assert.ok(!seen.has(whole), whole);
      seen.add(whole);
    }
    assert.ok(toolText.keys[binding], `${binding} has words`);
    assert.equal(keyLabel(binding), label);
  }
});
