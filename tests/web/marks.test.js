/** Marks under the hand: which one is meant, which one is selected, and the line that runs ahead of the host. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handleNear, markNear } from '../../web/viewer/mark_hit.js';
import { PenLine } from '../../web/viewer/pen_line.js';
import { Reading } from '../../web/viewer/reading.js';

globalThis.window = globalThis;

/** A point of the patient is seen where its x and y are. */
const spot = ([x, y]) => ({ x, y });
const mark = (id, points, more = {}) => ({ mark: id, kind: 'length', points, draft: false, text: '', ...more });
const placed = (...marks) => marks.map((entry) => ({ mark: entry, points: entry.points.map(spot) }));

test('the nearest mark within reach is meant, anywhere along its line, and never one that is being drawn', () => {
  const near = mark('near', [[0, 0, 0], [100, 0, 0]]);
  const far = mark('far', [[0, 12, 0], [100, 12, 0]]);
  const draft = mark('draft', [[0, 4, 0], [100, 4, 0]], { draft: true });
  const all = placed(far, near, draft);
  assert.equal(markNear(all, { x: 50, y: 5 }, 8)?.mark.mark, 'near');
  assert.equal(markNear(all, { x: 50, y: 7 }, 8)?.mark.mark, 'far');
  assert.equal(markNear(all, { x: 109, y: 0 }, 8), null);
  assert.equal(markNear(all, { x: 50, y: 5 }, 8, 'probe'), null);
  const probe = mark('probe', [[40, 40, 0]], { kind: 'probe' });
  assert.equal(markNear(placed(probe), { x: 43, y: 44 }, 8)?.mark.mark, 'probe');
});

test('a handle is an end of a mark, the nearest one', () => {
  const all = placed(mark('a', [[0, 0, 0], [100, 0, 0]]));
  assert.equal(handleNear(all, { x: 97, y: 3 }, 8, 'length')?.handle, 1);
  assert.equal(handleNear(all, { x: 50, y: 0 }, 8, 'length'), null);
});

test('a selection ends with its mark', () => {
  const reading = new Reading();
  const request = reading.ask();
  reading.take({ type: 'opened', request, series: [], study: { study: 'u' } });
  reading.take({ type: 'marks', marks: [mark('a', [])] });
  assert.equal(reading.select('a'), true);
  assert.equal(reading.select('a'), false);
  reading.take({ type: 'marks', marks: [mark('a', []), mark('b', [])] });
  assert.equal(reading.selected, 'a');
  reading.take({ type: 'marks', marks: [mark('b', [])] });
  assert.equal(reading.selected, '');
});

/** A pen over a viewport of 200 × 100, and what it draws. */
function pen(...marks) {
  const drawn = [];
  const reading = { marks: { marks } };
  const overlay = {
    marks: {
      handle: (at, reach, kind) => handleNear(placed(...reading.marks.marks), at, reach, kind),
      spot,
      pen: (line) => drawn.push(line && line.map(({ x, y }) => [x, y])),
    },
    within: ({ x, y }) => ({ x: Math.min(200, Math.max(0, x)), y: Math.min(100, Math.max(0, y)) }),
  };
  return { line: new PenLine(reading), overlay, reading, drawn };
}

test('the pen line follows the hand before anything is confirmed, and goes when the mark is there', () => {
  const { line, overlay, reading, drawn } = pen();
  line.begin(overlay, { x: 10, y: 10 }, 8);
  line.move({ x: 12, y: 10 });
  assert.equal(drawn.at(-1), null, 'a hand that has hardly moved draws nothing');
  line.move({ x: 60, y: 300 });
  assert.deepEqual(drawn.at(-1), [[10, 10], [60, 100]]);
  reading.marks = { marks: [mark('new', [[11, 10, 0], [40, 90, 0]], { draft: true })] };
  line.confirmed();
  assert.deepEqual(drawn.at(-1), [[11, 10], [60, 100]], 'the end that stays is the confirmed one');
  line.lift();
  reading.marks = { marks: [mark('new', [[11, 10, 0], [60, 100, 0]])] };
  line.confirmed();
  assert.equal(drawn.at(-1), null);
});

test('a handle is drawn from the other end, with the hand’s own grip', () => {
  const { line, overlay, reading, drawn } = pen(mark('old', [[0, 0, 0], [100, 0, 0]]));
  line.begin(overlay, { x: 2, y: 3 }, 8);
  line.move({ x: 22, y: 53 });
  assert.deepEqual(drawn.at(-1), [[100, 0], [20, 50]]);
  reading.marks = { marks: [mark('old', [[15, 40, 0], [100, 0, 0]], { draft: true })] };
  line.confirmed();
  assert.deepEqual(drawn.at(-1), [[100, 0], [20, 50]]);
  line.clear();
  assert.equal(drawn.at(-1), null);
});

test('a draft stands in the place of its mark until it is given up or finished, and a selection stays', () => {
  const reading = new Reading();
  reading.take({ type: 'opened', request: reading.ask(), series: [], study: { study: 'u' } });
  const draft = (entry) => reading.take({ type: 'mark.draft', epoch: 1, mark: entry });
  const shown = () => reading.marks?.marks.map(({ mark: id, text }) => `${id} ${text}`);
  assert.equal(draft(mark('a', [])), 'none', 'before the marks are known');
  reading.take({ type: 'marks', version: 1, marks: [mark('a', [], { text: '1' }), mark('b', [], { text: '2' })], saved: true, problem: '' });
  reading.select('a');
  assert.equal(draft(mark('a', [], { text: '3', draft: true })), 'marks');
  assert.deepEqual(shown(), ['b 2', 'a 3']);
  draft(mark('a', [], { text: '4', draft: true }));
  assert.deepEqual(shown(), ['b 2', 'a 4']);
  draft(null);
  assert.deepEqual(shown(), ['a 1', 'b 2']);
  draft(mark('c', [], { text: '5', draft: true }));
  assert.deepEqual(shown(), ['a 1', 'b 2', 'c 5']);
  reading.take({ type: 'marks', version: 2, marks: [mark('a', [], { text: '1' }), mark('c', [], { text: '6' })], saved: false, problem: '' });
  assert.deepEqual(shown(), ['a 1', 'c 6']);
  draft(null);
  assert.deepEqual(shown(), ['a 1', 'c 6']);
  assert.equal(reading.selected, 'a');
  assert.equal(reading.take({ type: 'marks.saved', epoch: 1, saved: false, problem: 'The disk is full.' }), 'saved');
  assert.deepEqual([reading.marks?.saved, reading.marks?.problem, shown()], [false, 'The disk is full.', ['a 1', 'c 6']]);
});
