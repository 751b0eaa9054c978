/** Reads the fixtures of the wire contract that the Python tests write. */

import { readFileSync } from 'node:fs';

/** @param {string} name */
export function fixture(name) {
  return JSON.parse(readFileSync(new URL(`../contract/fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** The cases of marks that are seen or not, each with its mark and its record, which the file holds once. @returns {any[]} */
export function marksSeen() {
  const { marks, records, cases } = fixture('marks_seen');
  return cases.map((/** @type {any} */ each) => ({ ...each, mark: marks[each.mark], record: records[each.record] }));
}

/** @param {string} hex */
export function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

/** @param {ArrayBuffer} bytes */
export function hexOf(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
