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

/** The words of a viewport at its corners and sides, as large as they may be; some are missing. */
function* wordsOf({ width, height }) {
  const [half, third] = [width * 0.45, height * 0.3];
  const corners = [
    { x: 10, y: 8, width: half, height: third },
    { x: width - half - 10, y: 8, width: half, height: third / 2 },
    { x: 10, y: height - third - 8, width: half / 2, height: third },
    { x: width - half - 10, y: height - third - 8, width: half, height: third },
  ];
  const letters = [
    { x: 10, y: height / 2 - 8, width: 16, height: 16 },
    { x: width - 34, y: height / 2 - 8, width: 16, height: 16 },
    { x: width / 2 - 8, y: 10, width: 16, height: 16 },
    { x: width / 2 - 8, y: height - 24, width: 16, height: 16 },
  ];
  const all = [...corners, ...letters, { x: 5, y: 5, width: 0, height: 0 }];
  for (const left of [all, corners, letters, corners.slice(0, 1), corners.slice(3)]) yield left;
}

const isOver = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether some place is free at all, looked for at every second pixel. */
function hasRoom(label, { width, height }, taken) {
  for (let x = 0; x + label.width <= width; x += 2) {
    for (let y = 0; y + label.height <= height; y += 2) {
      if (!taken.some((box) => isOver({ x, y, ...label }, box))) return true;
    }
  }
  return false;
}

test('a label lies under no words of its viewport where any place is free of them, and is whole', () => {
  let moved = 0;
  for (const viewport of VIEWPORTS) {
    for (const taken of wordsOf(viewport)) {
      for (const label of LABELS) {
        const fits = label.width <= viewport.width && label.height <= viewport.height;
        const room = fits && hasRoom(label, viewport, taken);
        for (const across of PARTS) {
          for (const down of PARTS) {
            const anchor = { x: across * viewport.width, y: down * viewport.height };
            const spot = placeLabel(anchor, label, viewport, taken);
            const where = JSON.stringify({ viewport, label, anchor, spot, taken });
            const usual = placeLabel(anchor, label, viewport);
            assert.ok(spot.x >= 0 && spot.y >= 0, where);
            if (fits) assert.ok(spot.x + label.width <= viewport.width && spot.y + label.height <= viewport.height, where);
            const box = { ...spot, ...label };
            if (room) assert.ok(!taken.some((words) => words.width > 0 && isOver(box, words)), where);
            else assert.deepEqual(spot, usual, where);
            if (!taken.some((words) => words.width > 0 && isOver({ ...usual, ...label }, words))) assert.deepEqual(spot, usual, where);
            else if (room) moved += 1;
          }
        }
      }
    }
  }
  assert.ok(moved > 1_000, 'the words are in the way often');
});

test('a label that gives way stays by its mark as near as the words allow', () => {
  const viewport = { width: 400, height: 300 };
  const label = { width: 50, height: 20 };
  const corner = { x: 10, y: 8, width: 150, height: 90 };
  // Right below would begin under the corner's last line: it moves down by what lacks, or to the side, whichever is nearer.
  const spot = placeLabel({ x: 120, y: 85 }, label, viewport, [corner]);
  assert.ok(Math.hypot(spot.x + 25 - 120, spot.y + 10 - 85) < 60, JSON.stringify(spot));
});
