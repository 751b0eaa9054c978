/** The first image is noticed once, and a pattern in its place is none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RecordFlag } from '../../web/protocol/frames.js';
import { FirstImage } from '../../web/viewer/first_image.js';

const there = { flags: 0 };
const pattern = { flags: RecordFlag.MISSING };
const unreadable = { flags: RecordFlag.MISSING, isUnreadable: true };

for (const [name, pictures, expected] of [
  ['an image at once', [[[there], true]], 1],
  ['a pattern, then the image', [[[pattern], true], [[pattern], false], [[there], false], [[there], false]], 1],
  ['a pattern that stays', [[[pattern], true], [[pattern], false]], 0],
  ['nothing that is known of', [[[null], true], [[], false]], 0],
  ['one of several viewports', [[[pattern, there], true]], 1],
  ['an image that can’t be read', [[[pattern], true], [[unreadable], false]], 1],
  ['another series', [[[there], true], [[pattern], true], [[there], false]], 2],
]) {
  test(`first image: ${name}`, () => {
    let came = 0;
    const first = new FirstImage({ isUnreadable: (record) => record.isUnreadable === true }, () => (came += 1));
    for (const [records, isFresh] of pictures) first.shown(records, isFresh);
    assert.equal(came, expected);
  });
}
