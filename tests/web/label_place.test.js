/** The number of a mark is whole, wherever its mark lies in a viewport of whatever size. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { labelAnchor, labelSize, placeLabel } from '../../web/viewer/label_place.js';

const VIEWPORTS = [[60, 40], [120, 160], [195, 300], [390, 700], [640, 480], [1920, 1080]].map(([width, height]) => ({ width, height }));
const WORDS = ['5 px', '37.5 mm', '5.0 mm at detector', '-1024 HU', 'R 255 G 255 B 255'];
const LABELS = WORDS.flatMap((words) => [12, 13, 16].map((em) => labelSize(words, em)));
const PARTS = [0, 0.01, 0.03, 0.25, 0.5, 0.75, 0.97, 0.99, 1];

/** Every anchor of a grid that is dense at the edges, in every viewport, with every label. */
function* cases() {
  for (const viewport of VIEWPORTS) {
    for (const label of LABELS) {
      for (const across of PARTS) {
        for (const down of PARTS) yield { viewport, label, anchor: { x: across * viewport.width, y: down * viewport.height } };
      }
    }
  }
}

test('a label lies inside its viewport wherever it fits at all, and else shows its beginning', () => {
  for (const { viewport, label, anchor } of cases()) {
    const { x, y } = placeLabel(anchor, label, viewport);
    const where = JSON.stringify({ viewport, label, anchor, x, y });
    assert.ok(x >= 0 && y >= 0, where);
    if (label.width <= viewport.width) assert.ok(x + label.width <= viewport.width, where);
    else assert.equal(x, 0, where);
    if (label.height <= viewport.height) assert.ok(y + label.height <= viewport.height, where);
    else assert.equal(y, 0, where);
  }
});

test('a label covers its anchor only where there is room on no side of it', () => {
  for (const { viewport, label, anchor } of cases()) {
    const { x, y } = placeLabel(anchor, label, viewport);
    const beside = anchor.x <= x || anchor.x >= x + label.width || anchor.y <= y || anchor.y >= y + label.height;
    const room = Math.max(anchor.y, viewport.height - anchor.y) >= label.height + 7 && label.width <= viewport.width;
    if (room) assert.ok(beside, JSON.stringify({ viewport, label, anchor, x, y }));
  }
});

test('right below is the first choice, then left, then above', () => {
  const viewport = { width: 400, height: 300 };
  const label = { width: 50, height: 20 };
  assert.deepEqual(placeLabel({ x: 200, y: 150 }, label, viewport), { x: 210, y: 157 });
  assert.deepEqual(placeLabel({ x: 386, y: 150 }, label, viewport), { x: 326, y: 157 });
  assert.deepEqual(placeLabel({ x: 200, y: 292 }, label, viewport), { x: 210, y: 265 });
  assert.deepEqual(placeLabel({ x: 386, y: 292 }, label, viewport), { x: 326, y: 265 });
});

test('a label stands by what is seen of its mark, and by nothing where nothing is', () => {
  const viewport = { width: 400, height: 300 };
  const inside = ({ x, y }) => x >= -1e-6 && x <= 400 + 1e-6 && y >= -1e-6 && y <= 300 + 1e-6;
  assert.deepEqual(labelAnchor([{ x: 10, y: 20 }], viewport), { x: 10, y: 20 });
  assert.deepEqual(labelAnchor([{ x: 10, y: 20 }, { x: 50, y: 90 }], viewport), { x: 50, y: 90 });
  assert.deepEqual(labelAnchor([{ x: 50, y: 90 }, { x: 10, y: 20 }], viewport), { x: 50, y: 90 });
  assert.deepEqual(labelAnchor([{ x: 200, y: 100 }, { x: 200, y: 500 }], viewport), { x: 200, y: 300 });
  for (const points of [[], [{ x: -1, y: 5 }], [{ x: 500, y: 0 }, { x: 500, y: 300 }], [{ x: -100, y: 250 }, { x: 50, y: 450 }]]) {
    assert.equal(labelAnchor(points, viewport), null);
  }
  const ends = [-300, -1, 0, 150, 299, 401, 900];
  for (const x1 of ends) for (const y1 of ends) for (const x2 of ends) for (const y2 of ends) {
    const line = [{ x: x1, y: y1 }, { x: x2, y: y2 }];
    const anchor = labelAnchor(line, viewport);
    const seen = Array.from({ length: 201 }, (_, part) => ({ x: x1 + ((x2 - x1) * part) / 200, y: y1 + ((y2 - y1) * part) / 200 })).filter(inside);
    if (seen.length > 0) {
      assert.ok(anchor && inside(anchor), JSON.stringify(line));
      assert.ok(seen.every(({ y }) => y <= anchor.y + 1e-6), JSON.stringify(line));
    }
  }
});

test('letters that are wide in any font are thought wide', () => {
  assert.ok(labelSize('mm', 10).width > labelSize('11', 10).width);
  // "37.5 mm" is 5.1 em in DejaVu Sans, the widest of the fonts that the page asks for.
  assert.ok(labelSize('37.5 mm', 10).width >= 51);
});
