/** The study beside the one shown, in lists of every length of which any part is loaded. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadedBeside, rowBeside } from '../../web/worklist/row_beside.js';

const PAGE = 10;
const row = (number) => ({ study: `1.${number}`, archive: 'a' });

/** A list of which so many rows are loaded. @param {number} total @param {number} loaded */
function listed(total, loaded) {
  const list = {
    rows: Array.from({ length: loaded }, (_, number) => row(number)),
    total,
    asked: 0,
    extend: () => {
      list.asked += 1;
      const from = list.rows.length;
      list.rows = [...list.rows, ...Array.from({ length: Math.min(PAGE, total - from) }, (_, number) => row(from + number))];
      return Promise.resolve(list.rows.length > from);
    },
  };
  return list;
}

test('the next and the previous study are found wherever the loaded part ends', async () => {
  for (const total of [1, 9, 10, 11, 20, 35]) {
    for (let loaded = 0; loaded <= total; loaded += 1) {
      for (let shown = 0; shown < total; shown += 1) {
        for (const steps of /** @type {const} */ ([1, -1])) {
          const list = listed(total, loaded);
          const known = loadedBeside(list.rows, row(shown), steps);
          const found = await rowBeside(list, row(shown), steps);
          const expected = shown + steps < 0 || shown + steps >= total ? 'end' : row(shown + steps);
          assert.deepEqual(found, expected, JSON.stringify({ total, loaded, shown, steps }));
          if (known) assert.deepEqual([known, list.asked], [found, 0], 'nothing is asked for what is loaded');
        }
      }
    }
  }
});

test('a study that is not in the list is said to be none of it, and the same study of another archive is another', async () => {
  assert.equal(await rowBeside(listed(35, 10), { study: '9.9', archive: 'a' }, 1), 'unlisted');
  assert.equal(await rowBeside(listed(35, 10), { study: '1.5', archive: 'b' }, 1), 'unlisted');
  assert.deepEqual(await rowBeside(listed(35, 10), { study: '1.5', archive: '' }, 1), row(6));
  assert.equal(await rowBeside(listed(0, 0), { study: '1.5', archive: 'a' }, 1), 'unlisted');
});

test('it ends also where the list is shorter than was said, and where the server does not answer that is no end', async () => {
  const shorter = { ...listed(10, 10), total: 12, extend: () => Promise.resolve(false) };
  assert.equal(await rowBeside(shorter, row(9), 1), 'end');
  const silent = { ...listed(10, 10), total: 12, extend: () => Promise.reject(new Error('away')) };
  await assert.rejects(rowBeside(silent, row(9), 1), /away/);
});
