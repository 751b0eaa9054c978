/** What the message bar says of a passing state goes with the state; anything else stays. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

class Part {
  textContent = '';
  dataset = {};
  hidden = false;
  append() {}
  replaceChildren() {}
  setAttribute() {}
}
globalThis.HTMLElement = Part;
globalThis.window = { setTimeout: () => 1 };
globalThis.customElements = { define: () => undefined };
globalThis.document = { createElement: () => new Part(), createElementNS: () => new Part() };
const { MessageBar } = await import('../../web/ui/message_bar.js');

const STATE = { level: 'info', code: 'drawing', message: 'The mark is not finished.' };
const OTHER = { level: 'error', code: 'worker', message: 'Something else.' };

test('what was said of a state goes when the state has passed, and nothing else does', () => {
  const ways = [(bar) => bar.notice(STATE), (bar) => bar.refused(STATE)];
  for (const way of ways) {
    const bar = new MessageBar();
    way(bar);
    assert.equal(bar.says(STATE.message), true);
    bar.ended('another');
    assert.equal(bar.says(STATE.message), true);
    bar.ended('drawing');
    assert.equal(bar.says(STATE.message), false);
    way(bar);
    bar.notice({ ...STATE, message: '' });
    assert.equal(bar.says(STATE.message), false);
    way(bar);
    bar.notice(OTHER);
    bar.ended('drawing');
    assert.equal(bar.says(OTHER.message), true);
    bar.say('info', 'Words of the page.');
    bar.ended('worker');
    assert.equal(bar.says('Words of the page.'), true);
  }
});
