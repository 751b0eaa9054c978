/** What the message bar says of a passing state goes with the state; anything else stays. What stands is overwritten by nothing. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

class Part {
  textContent = '';
  dataset = {};
  hidden = false;
  children = [];
  append(...parts) {
    this.children.push(...parts);
  }
  replaceChildren(...parts) {
    this.children = parts;
  }
  setAttribute(name, value) {
    if (name === 'hidden') this.hidden = true;
    if (name === 'class') this.className = value;
  }
  addEventListener(name, does) {
    this[name] = does;
  }
  get childElementCount() {
    return this.children.length;
  }
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

/** What stands: the words of each line, and its button. */
const standing = (bar) => bar.children.filter((part) => part.className === 'message-standing' && !part.hidden).map((part) => part.children);

test('what stands is overwritten by no message, and goes only when it is noted or done', () => {
  const places = { page: false, parts: false, changes: true, older: true };
  const others = [
    (bar) => bar.say('info', 'Something.'),
    (bar) => bar.say('error', 'Something went wrong.'),
    (bar) => bar.notice(STATE),
    (bar) => bar.clear(),
    (bar) => bar.acted(),
    ...Object.keys(places).map((place) => (bar, own) => place !== own && bar.stand('Other words.', 'other', () => undefined, place)),
  ];
  for (const [place, isNoted] of Object.entries(places)) {
    const bar = new MessageBar();
    bar.connectedCallback();
    bar.stand('Words that stand.', 'which', () => undefined, place);
    const mine = () => standing(bar).find(([words]) => words.children[0] === 'Words that stand.');
    for (const other of others) {
      other(bar, place);
      assert.ok(mine(), place);
    }
    const button = mine()?.[1];
    assert.equal(Boolean(button), isNoted, place);
    button?.click();
    if (!isNoted) bar.stand('', '', () => undefined, place);
    assert.equal(mine(), undefined, place);
  }
});

test('with the study goes what stands of it, and nothing else', () => {
  const bar = new MessageBar();
  bar.connectedCallback();
  for (const place of ['page', 'parts', 'changes', 'older']) bar.stand(place, 'which', () => undefined, place);
  bar.forget();
  assert.deepEqual(standing(bar).map(([words]) => words.children[0]), ['page', 'parts']);
});
