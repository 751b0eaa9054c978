/** A double click in the worklist opens a study and does nothing in its picture. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OpeningClick } from '../../web/input/opening_click.js';

const press = (timeStamp, clientX = 100, clientY = 100) => ({ timeStamp, clientX, clientY });

test('the second click of a double click belongs to the first, a press later or elsewhere does not', () => {
  for (const after of [1, 100, 250, 400, 600, 999]) {
    const click = new OpeningClick();
    assert.equal(click.covers(press(after)), false, 'nothing was opened by a click');
    click.note(press(0));
    assert.equal(click.covers(press(after)), true, `${after} ms`);
    assert.equal(click.covers(press(after + 200)), true, 'nor does a third one act');
  }
  for (const other of [press(1000), press(100, 130), press(100, 100, 70)]) {
    const click = new OpeningClick();
    click.note(press(0));
    assert.equal(click.covers(other), false);
    assert.equal(click.covers(press(110)), false, 'the hand has gone on');
  }
});
