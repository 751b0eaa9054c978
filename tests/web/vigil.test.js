/** How often a page looks and beats, over virtual time: at rest next to never, and yet no silence is noticed later than before. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BEAT_MS, REST_BEAT_MS, STALE_AFTER_MS } from '../../web/protocol/limits.js';
import { Liveness } from '../../web/seat/liveness.js';
import { TICK_MS, Vigil } from '../../web/seat/vigil.js';

const REST_MS = 3_000;
/** What timers and the event loop may be late, ms. */
const LATE_MS = 10;

/** A page and its host, on a clock that moves only from one moment at which something happens to the next. */
class World {
  now = 0;
  /** How far the wall's clock is before the other. */
  ahead = 0;
  #events = [];
  #count = 0;
  looks = [];
  beats = [];
  verdicts = [];
  liveness = new Liveness();
  pictures = 0;
  isUneasy = false;
  isOpen = true;
  throws = false;

  constructor() {
    this.vigil = new Vigil(
      {
        sign: () => (this.isOpen ? this.liveness.sign : null),
        isUneasy: () => this.isUneasy,
        shown: () => ({ epoch: 1, revision: 1, rtp: 1, pictures: this.pictures }),
        beat: () => this.beats.push(this.now),
        look: (now, was) => {
          this.looks.push({ now, was });
          if (was === 'slept') this.liveness.woke(now);
          this.verdicts.push({ now, verdict: this.liveness.judge(now + TICK_MS) });
          if (this.throws) throw new Error('a look that fails');
        },
      },
      {
        now: () => this.now,
        wall: () => this.now + this.ahead,
        // As browsers do, in whole milliseconds.
        after: (call, ms) => this.at(this.now + Math.floor(ms) + this.lateness(), call),
        cancel: (id) => (this.#events = this.#events.filter((event) => event.id !== id)),
        isHidden: () => false,
      },
    );
  }

  lateness() {
    return ((this.#count * 7) % LATE_MS) + 0.3;
  }

  at(time, call) {
    this.#events.push({ id: ++this.#count, time, call });
    return this.#count;
  }

  heard() {
    this.liveness.heard(this.now, this.now + this.ahead);
    this.vigil.heard();
  }

  /** Beats of the host from now on, `every` ms. */
  host(every, from, to) {
    for (let time = from; time < to; time += every) this.at(time, () => this.heard());
  }

  run(until) {
    for (;;) {
      this.#events.sort((one, other) => one.time - other.time);
      if (this.#events.length === 0 || this.#events[0].time > until) break;
      const { time, call } = this.#events.shift();
      this.now = Math.max(this.now, time);
      try {
        call();
      } catch (error) {
        if (!this.throws) throw error;
      }
    }
    this.now = Math.max(this.now, until);
  }
}

const gaps = (times) => times.slice(1).map((time, index) => time - times[index]);
const after = (times, from) => times.filter((time) => time >= from);

/** A page at rest, its host beating as it does then, until `until`. */
function resting(until, phase = 0) {
  const world = new World();
  world.host(REST_BEAT_MS, 10 + phase, until);
  world.run(REST_MS);
  return world;
}

test('a page at rest looks about twice a second, and beats at least every 600 ms', () => {
  for (const phase of [0, 50, 150, 290, 400, 599]) {
    const world = resting(63_000, phase);
    world.run(63_000);
    const looks = after(world.looks.map(({ now }) => now), REST_MS).length / 60;
    assert.ok(looks <= 2, `${looks} looks a second at phase ${phase}`);
    assert.ok(gaps(after(world.beats, REST_MS)).every((gap) => gap <= REST_BEAT_MS && gap > BEAT_MS), 'a beat came too late, or too early');
    assert.ok(after(world.verdicts, 0).every(({ verdict }) => verdict !== 'silent'));
    assert.ok(world.looks.every(({ was }) => was === 'awake'));
  }
});

test('whenever a host falls silent at rest, the page knocks ten times a second and is stale within two seconds', () => {
  for (let silent = 10_000; silent < 10_600; silent += 23) {
    const world = resting(silent, silent % 600);
    world.run(silent + 5_000);
    const { sign } = world.liveness;
    const stale = world.verdicts.find(({ now, verdict }) => now > sign && verdict === 'silent')?.now;
    assert.ok(stale !== undefined && stale - sign <= STALE_AFTER_MS, `silent since ${sign}, stale at ${stale}`);
    const looks = world.looks.map(({ now }) => now);
    const first = looks.find((now) => world.vigil.isQuiet(now, sign) && now > sign);
    assert.ok(first - sign <= 700 + 2 * LATE_MS, `first missed after ${first - sign} ms`);
    assert.ok(gaps(after(looks, first)).every((gap) => gap <= TICK_MS + LATE_MS + 1));
  }
});

test('where the hand moves, a picture changes or the seat is in doubt it looks ten times a second, from a moment later on', () => {
  const causes = {
    hand: (world) => world.vigil.stir(),
    picture: (world) => {
      world.pictures += 1;
      world.heard();
      world.vigil.pictured();
    },
    doubt: (world) => {
      world.isUneasy = true;
      world.vigil.soon();
    },
  };
  for (const [name, cause] of Object.entries(causes)) {
    for (let at = 20_000; at < 20_600; at += 37) {
      const world = resting(30_000);
      world.at(at, () => cause(world));
      world.run(22_000);
      const [first, ...looks] = after(world.looks.map(({ now }) => now), at);
      assert.ok(first - at <= (name === 'picture' ? BEAT_MS : TICK_MS) + LATE_MS, `${name}: first look after ${first - at} ms`);
      assert.ok(gaps(looks.filter((now) => now < at + 1_400)).every((gap) => gap <= TICK_MS + LATE_MS + 1), name);
      if (name !== 'doubt') assert.ok(gaps(after(world.beats, at).filter((now) => now < at + 1_400)).every((gap) => gap <= BEAT_MS + LATE_MS), name);
    }
  }
});

test('a page that slept is told so by its next look, whatever it has found in its queues before', () => {
  for (const asleep of [3_000, 60_000]) {
    for (let at = 20_000; at < 20_600; at += 37) {
      const world = resting(at);
      world.run(at);
      world.now += asleep;
      world.heard();
      world.run(world.now + 50);
      assert.ok(world.looks.some(({ now, was }) => now > at && was === 'slept'), `asleep at ${at}`);
      assert.equal(world.verdicts.at(-1).verdict, 'silent');
    }
  }
  // Some devices' clock stands still meanwhile.
  const world = resting(20_000);
  world.run(20_000);
  world.ahead += 60_000;
  world.heard();
  world.run(20_700);
  assert.ok(world.looks.some(({ was }) => was === 'slept'));
});

test('without a seat, and after a look that failed, it goes on looking', () => {
  const world = new World();
  world.isOpen = false;
  world.throws = true;
  world.run(10_000);
  const times = world.looks.map(({ now }) => now);
  assert.ok(gaps(times).every((gap) => gap <= TICK_MS + LATE_MS + 1 && gap > TICK_MS / 2));
});
