/** What happens before the interface is there: nothing that the host says is lost, and the study is asked for once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventRelay } from '../../web/boot/event_relay.js';
import { isOf, openMessage } from '../../web/boot/open_message.js';
import { Reading } from '../../web/viewer/reading.js';

/** A listener that remembers. */
function listener(names) {
  const heard = [];
  const methods = names.map((name) => [name, (...values) => void heard.push([name, ...values])]);
  return { heard, ...Object.fromEntries(methods) };
}

test('what was said before is heard in order, and then all at once', () => {
  const relay = new EventRelay({ shown: () => 'nothing' });
  const ear = relay.ear();
  ear.phase('live');
  ear.control({ type: 'opened' });
  ear.novelty(1, 2);
  assert.equal(ear.shown(), 'nothing');
  const { heard, ...methods } = listener(['phase', 'control']);
  relay.handOver({ ...methods, shown: () => 'a picture' });
  assert.deepEqual(heard, [['phase', 'live'], ['control', { type: 'opened' }]]);
  ear.control({ type: 'state' });
  assert.deepEqual(heard.at(-1), ['control', { type: 'state' }]);
  assert.equal(ear.shown(), 'a picture');
  assert.equal(ear.novelty?.(3), undefined, 'what nobody listens to is not there');
});

test('a method that was taken before is heard after, too', () => {
  const relay = new EventRelay({});
  const { control } = relay.ear();
  const { heard, ...methods } = listener(['control']);
  relay.handOver(methods);
  control(1);
  assert.deepEqual(heard, [['control', 1]]);
});

test('what is kept is bounded: where it was too much, that is said', () => {
  const relay = new EventRelay({});
  const ear = relay.ear();
  for (let count = 0; count < 1_000; count += 1) ear.frames(count);
  assert.ok(!relay.overrun);
  ear.frames(1_000);
  assert.ok(relay.overrun);
  const { heard, ...methods } = listener(['frames']);
  relay.handOver(methods);
  assert.deepEqual(heard, [['frames', 1_000]]);
});

test('an opening is known again by what it opens', () => {
  globalThis.matchMedia = () => ({ matches: true });
  const reference = { archive: 'a', study: '1.2', series: '1.2.3', image: 4 };
  const message = openMessage(reference, 7, { width: 640, height: 480, ratio: 2 });
  assert.deepEqual(message, {
    type: 'open', request: 7, archive: 'a', study: '1.2', series: '1.2.3', image: 4,
    width: 640, height: 480, device_pixel_ratio: 2, touch: true, fresh: false, goes_on: false, hand: '',
  });
  assert.ok(isOf(message, reference));
  for (const other of [{ archive: 'b' }, { study: '1.3' }, { series: '' }, { image: 0 }]) {
    assert.ok(!isOf(message, { ...reference, ...other }), JSON.stringify(other));
  }
  assert.ok(isOf(openMessage({ archive: 'a', study: '1.2' }, 1, { width: 1, height: 1, ratio: 1 }), { archive: 'a', study: '1.2' }));
});

test('answers count only to the number that was asked with, be it one that was reserved before', () => {
  const reading = new Reading();
  const opened = (request) => reading.take({ type: 'opened', request, session: 's', epoch: 1, study: {}, series: [] });
  const reserved = reading.reserve();
  assert.ok(reserved > 1, 'the first number is the boot module’s');
  const chosen = reading.ask();
  assert.equal(opened(reserved), 'none');
  reading.ask(reserved);
  assert.equal(opened(chosen), 'none');
  assert.equal(opened(reserved), 'opened');
  reading.ask(1);
  assert.equal(reading.opened, null);
  assert.equal(opened(1), 'opened');
});
