/** A thumbnail is picked by a click and dropped by a drag; what is let go of by Esc, or taken away, changes nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ThumbnailDrag } from '../../web/input/thumbnail_drag.js';

/** A strip whose thumbnails are pressed at (0, 0), and what comes of it. */
function strip() {
  const done = [];
  const drag = new ThumbnailDrag({
    begin: (series) => done.push(`begin ${series}`),
    over: () => undefined,
    end: () => done.push('end'),
    drop: (series, x, y) => done.push(`drop ${series} at ${x} ${y}`),
  });
  return { drag, done, click: (detail = 1) => drag.picks(detail) && done.push('pick') };
}

const ACTS = {
  press: ({ drag }) => drag.press(3, 0, 0),
  near: ({ drag }) => drag.move(3, 3),
  far: ({ drag }) => drag.move(300, 200),
  lift: ({ drag, click }) => {
    drag.lift(300, 200);
    click();
  },
  cancel: ({ drag }) => drag.cancel(),
};

/** Every sequence of so many acts. @returns {string[][]} */
function sequences(length) {
  if (length === 0) return [[]];
  return sequences(length - 1).flatMap((rest) => Object.keys(ACTS).map((act) => [...rest, act]));
}

test('whatever the hand does, a drag that was cancelled drops nothing and its click picks nothing', () => {
  for (const acts of sequences(6)) {
    const all = ['press', ...acts];
    const here = strip();
    let pressed = false;
    let moved = false;
    for (const act of all) {
      const before = here.done.length;
      ACTS[act](here);
      const news = here.done.slice(before);
      const where = `${all.join(' ')}: ${act}: ${news.join()}`;
      const isDrag = pressed && moved;
      if (act === 'lift') {
        if (isDrag) assert.deepEqual(news, ['end', 'drop 3 at 300 200'], where);
        else assert.ok(!news.some((word) => word.startsWith('drop')), where);
      } else assert.ok(!news.some((word) => word.startsWith('drop') || word === 'pick'), where);
      if (act === 'cancel') assert.deepEqual(news, isDrag ? ['end'] : [], where);
      if (act === 'press') moved = false;
      if (act === 'press') pressed = true;
      if (act === 'far' && pressed) moved = true;
      if (act === 'lift' || act === 'cancel') pressed = false;
    }
  }
});

test('a click picks, the one that ends a drag does not, and the next one does again', () => {
  const { drag, done, click } = strip();
  drag.press(3, 0, 0);
  drag.move(2, 2);
  drag.lift(2, 2);
  click();
  assert.deepEqual(done.splice(0), ['pick']);
  drag.press(3, 0, 0);
  drag.move(90, 0);
  assert.equal(drag.cancel(), true, 'Esc is spent on it');
  assert.equal(drag.cancel(), false);
  drag.move(95, 0);
  drag.lift(95, 0);
  click();
  assert.deepEqual(done.splice(0), ['begin 3', 'end']);
  click(0);
  assert.deepEqual(done.splice(0), ['pick'], 'by Enter');
  drag.press(3, 0, 0);
  drag.lift(0, 0);
  click();
  assert.deepEqual(done, ['pick']);
});
