/** What is said of images that are not there, in viewport and thumbnail. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RecordFlag, ViewportKind } from '../../web/protocol/frames.js';
import { completenessLines, counted, unevenWords } from '../../web/viewer/completeness.js';
import { cornerText } from '../../web/viewer/corner_text.js';
import { fixture } from './fixtures.js';

const sample = fixture('control').to_page.valid.find((entry) => entry.name === 'Opened').message.series[0];
const whole = { ...sample, images: 27, declared_images: 27, gaps: [], lossy: '' };
const gap = (kind, after, until, count, millimetres = 0, usual = 0) => ({ kind, after, until, count, millimetres, usual });
const progress = (present, failures = 0) => ({ type: 'progress', epoch: 1, series: 0, present, total: 27, spans: [], failed: [], failures, problem: '' });

/** @type {[string, object, object | null, string[], string][]} */
const TABLE = [
  ['nothing lacks', {}, null, [], ''],
  ['still loading', {}, progress(5), [], ''],
  ['the archive lists more', { declared_images: 30 }, null, ['27 of 30 images'], ''],
  ['some could not be read', {}, progress(20, 7), ['20 of 27 images'], ''],
  ['both', { declared_images: 30 }, progress(20, 7), ['20 of 30 images'], ''],
  ['a host that says no number', { declared_images: 0 }, null, [], ''],
  ['one gap', { gaps: [gap('missing', 12, 12, 3, 20, 5)] }, null, ['about 3 images missing after image 12'], '1 gap'],
  ['one gap that the archive confirms', { declared_images: 30, gaps: [gap('missing', 12, 12, 3, 20, 5)] }, null, ['27 of 30 images', '3 images missing after image 12'], '1 gap'],
  ['one image', { declared_images: 28, gaps: [gap('missing', 9, 9, 1, 10, 5)] }, null, ['27 of 28 images', '1 image missing after image 9'], '1 gap'],
  ['a phase that lacks', { gaps: [gap('missing', 8, 8, 1)] }, null, ['1 image missing after image 8'], '1 gap'],
  ['other images lack than by the gap', { declared_images: 31, gaps: [gap('missing', 12, 12, 3, 20, 5)] }, null, ['27 of 31 images', 'about 3 images missing after image 12'], '1 gap'],
  ['a run of gaps', { gaps: [gap('missing', 3, 5, 1, 10, 5)] }, null, ['about 1 image missing after each of images 3 to 5'], '3 gaps'],
  ['a run of gaps that is counted', { declared_images: 30, gaps: [gap('missing', 3, 5, 1, 10, 5)] }, null, ['27 of 30 images', '1 image missing after each of images 3 to 5'], '3 gaps'],
  ['uneven', { gaps: [gap('spacing', 3, 3, 0, 7.5, 5)] }, null, ['7.50\u202fmm instead of 5.00\u202fmm after image 3'], 'uneven'],
  ['one place', { gaps: [gap('together', 13, 13, 2)] }, null, ['2 images at one place after image 12'], 'uneven'],
  ['one place at the start', { gaps: [gap('together', 1, 1, 2)] }, null, ['2 images at one place at the start'], 'uneven'],
  ['many places', { gaps: [gap('together', 2, 6, 2)] }, null, ['2 images at each place from image 2 to 7'], 'uneven'],
  [
    'more than a corner holds',
    { gaps: [[2, 1], [5, 2], [9, 1], [12, 1]].map(([after, count]) => gap('missing', after, after, count, 10, 5)).concat(gap('more', 14, 20, 6)) },
    null,
    ['about 1 image missing after image 2', 'about 2 images missing after image 5', 'about 1 image missing after image 9', 'and 7 more such places'],
    'many gaps',
  ],
];

for (const [name, series, read, lines, thumbnail] of TABLE) {
  test(`what lacks: ${name}`, () => {
    const info = { ...whole, ...series };
    assert.deepEqual(completenessLines(info, read), lines);
    assert.equal(unevenWords(info), thumbnail);
    assert.ok(counted(info, read).images <= counted(info, read).declared);
    for (const kind of [ViewportKind.STACK, ViewportKind.MPR, ViewportKind.VOLUME]) {
      for (const small of [false, true]) {
        const record = {
          viewport: 0, kind, flags: RecordFlag.ORIENTED, revision: 1, series: 0, image: 3, images: 27, instance_number: 4, center: 40, width: 400,
          zoom: 1, position: 0, thickness: 1, rect: [0, 0, 100, 100], canvas_from_world: [], letters: ['R', 'L', 'A', 'P'], present: 27,
        };
        const corners = cornerText(record, info, { terms: { ...info, windows: [] }, settings: null, studyDate: '', stream: '', progress: read }, small);
        const said = corners.topRight.map(({ words }) => words);
        for (const line of lines) assert.ok(said.includes(line), `${line} in ${said}`);
      }
    }
  });
}
