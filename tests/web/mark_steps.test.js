/** Undo, redo and Delete do not act out of sight. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isInSight, isSeen } from '../../web/viewer/mark_sight.js';
import { MarkSteps } from '../../web/viewer/mark_steps.js';
import { marksSeen } from './fixtures.js';

/** A page that shows series 0 in its viewports, and all that it sends and says. */
function page() {
  const sent = [];
  const bar = { words: '', level: '', offer: null };
  const state = { version: 1 };
  const messages = {
    say: (level, words, offer = null) => Object.assign(bar, { level, words, offer }),
    says: (words) => words !== '' && bar.words === words,
    unsay: (words) => messages.says(words) && Object.assign(bar, { words: '', offer: null }),
    notice: ({ level, message }) => messages.say(level, message),
  };
  const commander = {
    command: (...command) => sent.push(command.filter((part) => part !== undefined)),
    goToImage: (viewport, image) => sent.push(['image.go', image, viewport]),
  };
  const steps = new MarkSteps(commander, messages, { seriesIn: () => 0, version: () => state.version });
  return { sent, bar, messages, steps, state };
}

const waits = (verb, more = {}) => ({
  code: `${verb}-elsewhere`, level: 'info', message: `Length on image 31: press again to ${verb} it, or Show.`, mark: 'm7', viewport: 1, series: 2, image: 31, ...more,
});

for (const verb of ['undo', 'redo']) {
  const other = verb === 'undo' ? 'redo' : 'undo';

  test(`${verb}: the first press names no mark, the next one the mark that was read, the one after it none again`, () => {
    const { sent, bar, steps } = page();
    steps.step(verb);
    steps.told(waits(verb));
    assert.equal(bar.words, waits(verb).message);
    steps.step(verb);
    steps.step(verb);
    assert.deepEqual(sent, [[verb, null], [verb, 'm7'], [verb, null]]);
  });

  test(`${verb}: a press means the mark no more once something else is said, asked or done`, () => {
    for (const between of [
      ({ messages }) => messages.say('info', 'Something else.'),
      ({ steps }) => steps.step(other),
      ({ steps }) => steps.told(waits(other, { mark: 'm8' })),
      ({ steps, state }) => {
        state.version += 1;
        steps.marked();
      },
    ]) {
      const seat = page();
      seat.steps.told(waits(verb));
      between(seat);
      seat.steps.step(verb);
      assert.deepEqual(seat.sent.at(-1), [verb, null]);
    }
  });
}

test('marks that are only said to be saved change nothing of what waits; new ones take the words away', () => {
  const { bar, steps, state } = page();
  steps.told(waits('undo'));
  steps.marked();
  assert.equal(bar.words, waits('undo').message);
  state.version += 1;
  steps.marked();
  assert.equal(bar.words, '');
});

test('Show leads to series and image of the mark, and stands only where a viewport can show it', () => {
  const { sent, bar, steps } = page();
  steps.told(waits('undo'));
  bar.offer.take();
  assert.deepEqual(sent, [['series.set', 2, 1], ['image.go', 31, 1]]);
  steps.told(waits('undo', { series: 0 }));
  bar.offer.take();
  assert.deepEqual(sent.slice(2), [['image.go', 31, 1]]);
  steps.told(waits('undo', { viewport: -1 }));
  assert.equal(bar.offer, null);
});

test('what else the host says is said, and ends what waits', () => {
  const { sent, bar, steps } = page();
  steps.told(waits('undo'));
  steps.told({ code: 'step', level: 'info', message: 'Undone: Length on image 31 is back.' });
  assert.equal(bar.words, 'Undone: Length on image 31 is back.');
  assert.equal(bar.offer, null);
  steps.step('undo');
  assert.deepEqual(sent, [['undo', null]]);
});

test('a mark is in sight where a viewport shows it within its edges', () => {
  const everywhere = [-1e6, -1e6, 2e6, 2e6];
  let shown = 0;
  for (const { name, mark, record } of marksSeen()) {
    const seen = isSeen(mark, record);
    assert.equal(isInSight(mark, [null, { ...record, rect: everywhere }]), seen, name);
    assert.equal(isInSight(mark, [{ ...record, rect: [0, 0, 0, 0] }]), false, name);
    assert.equal(isInSight(mark, [{ ...record, rect: [1e6, 0, 100, 100] }]), false, name);
    assert.equal(isInSight(mark, []), false, name);
    if (seen) shown += 1;
  }
  assert.ok(shown > 10);
});
