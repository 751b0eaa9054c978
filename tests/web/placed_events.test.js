/** A press means the picture that was on the glass when it was made, also where that picture's words come later. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PlacedEvents } from '../../web/input/placed_events.js';
import { EventKind } from '../../web/protocol/moves.js';

/** A glass on which pictures follow each other, picture n (from 1) of revision 100 + n, and a hand. */
function reading() {
  const page = { picture: 1, told: new Set([1]), placed: [], done: [], timer: null };
  const revisionOf = (drawn) => (page.told.has(drawn) ? 100 + drawn : 0);
  const events = new PlacedEvents({
    revisionOf,
    place: (event, time) => page.placed.push({ ...event, time }),
    after: (callback) => {
      page.timer = callback;
      return () => {
        page.timer = null;
      };
    },
  });
  const act = (kind) => {
    page.done.push({ kind, picture: page.picture, gaveUp: false });
    events.add({ kind, gesture: page.done.length }, { revision: revisionOf(page.picture), drawn: page.picture }, page.done.length);
  };
  return {
    page,
    events,
    acts: {
      picture: () => {
        page.picture += 1;
      },
      words: () => {
        page.told.add(page.picture);
        events.settle();
      },
      late: () => {
        page.told.add(Math.max(1, page.picture - 1));
        events.settle();
      },
      down: () => act(EventKind.DOWN),
      up: () => act(EventKind.UP),
      double: () => act(EventKind.DOUBLE),
      time: () => {
        const { timer } = page;
        page.timer = null;
        timer?.();
      },
    },
  };
}

test('over every sequence each press is placed once, in order, on the picture that was pressed or on none', () => {
  let seed = 7;
  const random = (most) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  let waited = 0;
  let given = 0;
  for (let run = 0; run < 3_000; run += 1) {
    const { page, events, acts } = reading();
    const names = Object.keys(acts);
    const way = [];
    for (let step = 0; step < 14; step += 1) {
      way.push(names[random(names.length)]);
      acts[way.at(-1)]();
      if (events.isWaiting) {
        waited += 1;
        assert.ok(page.timer, `what waits does not wait for ever: ${way.join(' ')}`);
      }
    }
    for (let turn = 0; page.timer; turn += 1) {
      assert.ok(turn < 100, way.join(' '));
      acts.time();
    }
    assert.equal(events.isWaiting, false, way.join(' '));
    assert.deepEqual(page.placed.map(({ kind, time }) => [kind, time]), page.done.map(({ kind }, index) => [kind, index + 1]), way.join(' '));
    page.placed.forEach(({ kind, revision }, index) => {
      const { picture } = page.done[index];
      if (kind === EventKind.UP) return; // it ends what a press began, wherever that was
      if (revision === 0) given += 1;
      else assert.equal(revision, 100 + picture, way.join(' '));
    });
  }
  assert.ok(waited > 1_000);
  assert.ok(given > 100, 'what is never told is given up, and refused in words');
});

test('where the words are there nothing waits, and words that come in time are never too late', () => {
  const { page, acts, events } = reading();
  acts.down();
  acts.up();
  assert.deepEqual(page.placed.map(({ revision }) => revision), [101, 101]);
  acts.picture();
  acts.down();
  acts.up();
  assert.equal(page.placed.length, 2, 'the end waits behind the beginning');
  acts.picture();
  acts.words();
  assert.equal(page.placed.length, 2, 'those of a newer picture are not those of the one pressed');
  acts.late();
  assert.deepEqual(page.placed.slice(2).map(({ kind, revision }) => [kind, revision]), [[EventKind.DOWN, 102], [EventKind.UP, 0]]);
  assert.equal(events.isWaiting, false);
  assert.equal(page.timer, null);
});

test('on another seat whose host knows nothing of the hand nothing of it is done', () => {
  const { page, acts, events } = reading();
  acts.picture();
  acts.down();
  events.forget();
  assert.deepEqual([page.placed, page.timer, events.isWaiting], [[], null, false]);
});
