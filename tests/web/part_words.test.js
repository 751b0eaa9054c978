/** Why a stack is only a part of its series: every code that the host may send has words. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { partWords } from '../../web/viewer/part_words.js';

/** @type {[[string, string][], string][]} */
const TABLE = [
  [[], ''],
  [[['plane', 'axial']], 'axial'],
  [[['plane', 'unplaced']], 'without a position'],
  [[['values', 'unknown']], 'values unknown'],
  [[['pixels', 'refused']], 'can’t be shown'],
  [[['localizer', 'localizer']], 'localizer'],
  [[['color', 'palette']], 'palette'],
  [[['polarity', 'inverted']], 'white is low'],
  [[['plane', 'coronal'], ['echo', '2']], 'coronal · echo 2'],
  [[['echo_time', '4.6']], 'echo time 4.6\u202fms'],
  [[['acquisition', '4']], 'acquisition 4'],
  [[['time', '3']], 'time 3'],
  [[['trigger', '120']], 'trigger 120\u202fms'],
  [[['b_value', '1000']], 'b 1000'],
  [[['kind', 'ORIGINAL\\PRIMARY\\M']], 'ORIGINAL PRIMARY M'],
  [[['acquisition_time', '101530.25']], 'acquired 10:15:30'],
  [[['content_time', '20250611101530']], 'made 10:15:30'],
  [[['matrix', '512 × 256']], '512 × 256 pixels'],
  [[['spacing', '0.5 × 0.5']], '0.5 × 0.5\u202fmm pixels'],
  [[['spacing', 'unknown']], 'pixel size unknown'],
  [[['frame', '4.2']], 'frame of reference …4.2'],
  [[['part', '1/2']], 'part 1/2'],
  [[['of_tomorrow', 'so']], 'so'],
];

test('each code of the host has words, and one that is not known says its value', () => {
  for (const [part, words] of TABLE) assert.equal(partWords({ part }), words, JSON.stringify(part));
  assert.equal(partWords({}), '', 'a host that says nothing of it');
});
