/** Why a picture is not live: there is a reason in words in every state in which nobody else says it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { text } from '../../web/text/en.js';
import { notLiveWords } from '../../web/viewer/not_live_words.js';

const STOPPED = 'The render host h was stopped, and no other is connected. It goes on as soon as one is.';
const SILENT = 'Nothing new comes from the render host h. What does not answer is being replaced.';

test('every state that is not live has its reason, and the reason of its trouble as long as that lasts', () => {
  const table = [
    ['connecting', false, 'Reconnecting.', STOPPED],
    ['live', false, '', ''],
    ['live', true, 'Reconnecting.', STOPPED],
    ['stale', false, SILENT, STOPPED],
    ['stale', true, SILENT, STOPPED],
    ['reconnecting', false, 'Reconnecting.', STOPPED],
    ['reconnecting', true, 'Reconnecting.', STOPPED],
    // There the stage says it, with a button.
    ['failed', true, '', ''],
  ];
  for (const [phase, isOld, without, withTrouble] of table) {
    const standing = { phase, isOld, renderer: '', host: 'h' };
    assert.equal(notLiveWords({ ...standing, trouble: '' }), without, `${phase} ${isOld}`);
    assert.equal(notLiveWords({ ...standing, trouble: STOPPED }), withTrouble, `${phase} ${isOld}`);
    const restarting = notLiveWords({ ...standing, trouble: STOPPED, renderer: text.live.renderer });
    assert.equal(restarting, `${text.live.renderer}.`, 'a renderer that does not draw is the nearest reason');
  }
  assert.match(notLiveWords({ phase: 'stale', isOld: false, renderer: '', trouble: '', host: '' }), /from the render host\. /);
});
