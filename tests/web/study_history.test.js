/** The way back from a study is the worklist, whatever the history. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StudyHistory } from '../../web/worklist/study_history.js';

/** A browser's history of one page. @param {string} address */
function browser(address) {
  const entries = [{ state: null, address }];
  let at = 0;
  return {
    get state() {
      return entries[at].state;
    },
    get address() {
      return entries[at].address;
    },
    pushState(state, _title, next) {
      entries.splice(at + 1, Infinity, { state, address: next });
      at += 1;
    },
    replaceState(state, _title, next) {
      entries[at] = { state, address: next };
    },
    back() {
      at = Math.max(0, at - 1);
    },
    forward() {
      at = Math.min(entries.length - 1, at + 1);
    },
  };
}

test('over every history of openings, steps, back and forward, "Worklist" leads to the worklist', () => {
  let seed = 1;
  const random = (most) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  for (let run = 0; run < 500; run += 1) {
    const history = browser(run % 2 ? 'worklist' : 'viewer?study=1.2');
    const way = new StudyHistory(history);
    for (let step = 0; step < 30; step += 1) {
      const study = { study: `1.${random(9)}`, archive: 'a', series: '', image: 0 };
      if (history.address === 'worklist') [() => way.open(study), () => history.back(), () => history.forward()][random(3)]();
      else {
        [() => way.step(study), () => way.back(), () => history.back(), () => history.forward()][random(4)]();
      }
      if (history.address === 'worklist') continue;
      const shown = history.address;
      way.back();
      assert.equal(history.address, 'worklist', `from ${shown} in run ${run}`);
    }
  }
});
