/** The screen stays on while a study is shown, also after the page was hidden, and no longer. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WakeLock } from '../../web/viewer/wake_lock.js';

class Page extends EventTarget {
  hidden = false;

  hide(hidden) {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** A browser's wake lock that counts what is held. */
function browser() {
  const sentinels = [];
  return {
    sentinels,
    get held() {
      return sentinels.filter(({ released }) => !released).length;
    },
    request: async () => {
      const sentinel = { released: false, release: async () => void (sentinel.released = true) };
      sentinels.push(sentinel);
      return sentinel;
    },
  };
}

const settled = () => new Promise((done) => setImmediate(done));

test('held while wanted, once, and let go', async () => {
  const agent = browser();
  const lock = new WakeLock(new Page(), agent);
  assert.equal(agent.held, 0);
  lock.hold();
  lock.hold();
  await settled();
  lock.hold();
  await settled();
  assert.equal(agent.held, 1);
  lock.release();
  assert.equal(agent.held, 0);
});

test('taken back by the browser from a hidden page, and asked for again when it shows', async () => {
  const agent = browser();
  const page = new Page();
  const lock = new WakeLock(page, agent);
  lock.hold();
  await settled();
  page.hide(true);
  agent.sentinels[0].released = true;
  await settled();
  assert.equal(agent.sentinels.length, 1);
  page.hide(false);
  await settled();
  assert.equal(agent.held, 1);
  lock.release();
  page.hide(true);
  page.hide(false);
  await settled();
  assert.equal(agent.held, 0);
});

test('one that comes after it is wanted no more is let go at once', async () => {
  const agent = browser();
  const lock = new WakeLock(new Page(), agent);
  lock.hold();
  lock.release();
  await settled();
  assert.deepEqual([agent.sentinels.length, agent.held], [1, 0]);
});

test('a browser without it, or that refuses, is no error', async () => {
  new WakeLock(new Page(), undefined).hold();
  const refusing = new WakeLock(new Page(), { request: () => Promise.reject(new Error('low battery')) });
  refusing.hold();
  await settled();
  refusing.release();
});
