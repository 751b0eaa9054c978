/** Moments of the device's clock: one form everywhere, in its own zone, and nothing slow is asked for before the first picture. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { clockMoment, clockTime } from '../../web/format/device_clock.js';
import { inZone } from './zone.js';

const AT = Date.UTC(2026, 4, 3, 22, 3, 9);
const HOUR = 3_600_000;

/** @type {[zone: string, time: string, sameDay: string, nextDay: string][]} */
const ZONES = [
  ['UTC', '22:03:09', '22:03', '22:03, 3 May 2026'],
  ['Europe/Zurich', '00:03:09', '00:03', '00:03, 4 May 2026'],
  ['America/New_York', '18:03:09', '18:03', '18:03, 3 May 2026'],
  ['Asia/Kathmandu', '03:48:09', '03:48', '03:48, 4 May 2026'],
];
for (const [zone, time, sameDay, nextDay] of ZONES) {
  test(`a moment in ${zone}`, () => {
    inZone(zone, () => {
      assert.equal(clockTime(AT), time);
      assert.equal(clockMoment(AT, AT + HOUR), sameDay);
      assert.equal(clockMoment(AT, AT + 26 * HOUR), nextDay);
    });
  });
}

test('no page formats by Intl: its first formatter costs a slow device a round trip, and writes another form', () => {
  const root = new URL('../../web/', import.meta.url);
  const named = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js'))
    .filter((name) => /\bIntl\.|\.toLocale(?:Date|Time)?String\(/.test(readFileSync(new URL(name, root), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')));
  assert.deepEqual(named, []);
});
