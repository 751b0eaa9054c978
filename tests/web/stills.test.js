/** From proof and picture to verdict: only what the canvas gives back, with the host's hash, of now, is called exact. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { HeldStills, MOST_STILLS } from '../../web/picture/held_stills.js';
import { StillParts } from '../../web/picture/still_parts.js';
import { wordsOf } from '../../web/picture/still_words.js';
import { Stills } from '../../web/picture/stills.js';
import { description } from './frames_packets.js';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const GREYS = Uint8Array.of(0, 50, 100, 150, 200, 250, 7, 9);
const decoded = (bytes = GREYS) => ({ kind: 'plane', bytes, stride: 4, width: 4, height: 2 });

function proofOf(changes = {}) {
  const { epoch = 3, rtp = 900, revision = 7, still = 1 } = changes;
  return {
    type: 'still', still, epoch, revision, rtp, method: 'track', planes: 'grey', width: 4, height: 2, coded: [4, 2], channels: 1,
    sha256: sha256(GREYS), size: 100, input_sequence: 0, event_acknowledged: 0, command: 0, attempt: 1,
    description: description({ epoch, rtp, revision }), ...changes,
  };
}

/** @returns {any} stills at a desk whose canvas, clock and hand are moved by the test */
function desk() {
  const log = { verdicts: [], drawn: [], proven: [], refuted: [], timers: [], canvas: null, accepts: true, condemned: '', spoil: null, hashed: () => undefined };
  const stills = new Stills({
    accepts: () => log.accepts,
    condemned: () => log.condemned,
    draw: ({ proof, packed }) => {
      log.drawn.push(proof.still);
      log.canvas = packed.slice();
      log.spoil?.(log.canvas);
      return true;
    },
    read: () => log.canvas,
    hash: async (packed) => {
      const hash = sha256(packed);
      await null;
      log.hashed();
      return hash;
    },
    proven: ({ proof }) => log.proven.push(proof.still),
    refuted: (proof, how) => log.refuted.push([proof.still, how]),
    answer: (still, verdict, hash, reason) => log.verdicts.push([still, verdict, hash, reason]),
    patience: (size) => size,
    after: (callback, ms) => {
      const timer = { callback, ms, on: true };
      log.timers.push(timer);
      return () => {
        timer.on = false;
      };
    },
  });
  return Object.assign(log, { stills, late: () => log.timers.splice(0).forEach(({ callback, on }) => on && callback()) });
}
const verdicts = (log) => log.verdicts.map(([still, verdict]) => [still, verdict]);

test('proof and picture may come in either order', async () => {
  for (const pictureFirst of [false, true]) {
    const log = desk();
    if (pictureFirst) await log.stills.picture(900, decoded());
    await log.stills.proof(proofOf());
    if (!pictureFirst) {
      assert.deepEqual(log.drawn, []);
      await log.stills.picture(900, decoded());
    }
    assert.deepEqual(log.verdicts, [[1, 'exact', sha256(GREYS), '']]);
    assert.deepEqual([log.drawn, log.proven, log.refuted], [[1], [1], []]);
  }
});

test('one bit flipped on the way, in the canvas, or in the proof is never exact', async () => {
  for (let bit = 0; bit < 8 * GREYS.length; bit += 1) {
    const flip = (bytes) => {
      bytes[bit >> 3] ^= 1 << (bit & 7);
      return bytes;
    };
    const way = desk();
    await way.stills.proof(proofOf());
    await way.stills.picture(900, decoded(flip(GREYS.slice())));
    assert.deepEqual([verdicts(way), way.drawn, way.refuted], [[[1, 'mismatch']], [], [[1, 'came']]], 'what is not the host’s picture is not drawn');

    const canvas = desk();
    canvas.spoil = flip;
    await canvas.stills.proof(proofOf());
    await canvas.stills.picture(900, decoded());
    assert.deepEqual([verdicts(canvas), canvas.proven, canvas.refuted], [[[1, 'mismatch']], [], [[1, 'canvas']]]);

    const named = desk();
    await named.stills.proof(proofOf({ sha256: Buffer.from(flip(Buffer.from(sha256(GREYS), 'hex'))).toString('hex') }));
    await named.stills.picture(900, decoded());
    assert.deepEqual([verdicts(named), named.proven], [[[1, 'mismatch']], []]);
  }
});

test('a canvas whose pixels can’t be such a picture is a mismatch too', async () => {
  const log = desk();
  log.spoil = () => {
    log.canvas = null;
  };
  await log.stills.proof(proofOf());
  await log.stills.picture(900, decoded());
  assert.deepEqual([verdicts(log), log.refuted], [[[1, 'mismatch']], [[1, 'canvas']]]);
});

test('an image of the right size whose pixels can’t be such a picture is a mismatch at once, one of another size is not', async () => {
  for (const bit of [0, 9, 17, 31]) {
    const pixels = Uint32Array.from(GREYS, (grey) => 0xff00_0000 | (grey * 0x01_0101));
    pixels[3] ^= 1 << bit;
    const log = desk();
    await log.stills.proof(proofOf({ method: 'png' }));
    await log.stills.picture(900, { kind: 'pixels', pixels, width: 4, height: 2 });
    assert.deepEqual([log.verdicts, log.refuted, log.drawn], [[[1, 'mismatch', '', 'came']], [[1, 'came']], []], `bit ${bit}`);
  }
  const other = desk();
  await other.stills.proof(proofOf({ method: 'png' }));
  await other.stills.picture(900, { kind: 'pixels', pixels: new Uint32Array(8), width: 2, height: 4 });
  assert.deepEqual(other.verdicts, [[1, 'undecoded', '', 'shape']]);
});

test('where the canvas is gone while a still is worked on, it is not exact, and the host hears that it is stale', async () => {
  for (const step of [1, 2]) {
    const log = desk();
    let hashes = 0;
    log.hashed = () => {
      hashes += 1;
      if (hashes === step) log.stills.interrupt();
    };
    await log.stills.proof(proofOf());
    await log.stills.picture(900, decoded());
    assert.deepEqual([verdicts(log), log.proven], [[[1, 'stale']], []], `hash ${step}`);
  }
  const idle = desk();
  idle.stills.interrupt();
  assert.deepEqual(idle.verdicts, []);
});

test('when the hand is faster, at any step, nothing is exact', async () => {
  const early = desk();
  early.accepts = false;
  await early.stills.proof(proofOf());
  await early.stills.picture(900, decoded());
  assert.deepEqual([verdicts(early), early.drawn], [[[1, 'stale']], []]);
  for (const step of [1, 2]) {
    const log = desk();
    let hashes = 0;
    log.hashed = () => {
      hashes += 1;
      if (hashes === step) log.accepts = false;
    };
    await log.stills.proof(proofOf());
    await log.stills.picture(900, decoded());
    assert.deepEqual([verdicts(log), log.proven, log.drawn.length], [[[1, 'stale']], [], step - 1]);
  }
});

test('a newer still takes the place of one that is not ready, and each is answered once', async () => {
  const log = desk();
  await log.stills.proof(proofOf());
  await log.stills.proof(proofOf({ still: 2, rtp: 1800, revision: 8 }));
  await log.stills.picture(900, decoded());
  await log.stills.picture(1800, decoded());
  assert.deepEqual(verdicts(log), [[1, 'stale'], [2, 'exact']]);
  assert.deepEqual(log.drawn, [2]);
  const busy = desk();
  busy.hashed = () => {
    busy.hashed = () => undefined;
    void busy.stills.proof(proofOf({ still: 2, rtp: 1800, revision: 8 }));
  };
  await busy.stills.proof(proofOf());
  await busy.stills.picture(900, decoded());
  await busy.stills.picture(1800, decoded());
  assert.deepEqual(verdicts(busy), [[1, 'stale'], [2, 'exact']]);
});

test('what was proven is shown again without being sent, after being hashed again', async () => {
  const log = desk();
  await log.stills.proof(proofOf());
  await log.stills.picture(900, decoded());
  await log.stills.proof(proofOf({ still: 2, method: 'held', rtp: 1800, revision: 9 }));
  assert.deepEqual(verdicts(log), [[1, 'exact'], [2, 'exact']]);
  log.spoil = (canvas) => {
    canvas[3] ^= 1;
  };
  await log.stills.proof(proofOf({ still: 3, method: 'held', rtp: 2700, revision: 10 }));
  assert.deepEqual(verdicts(log).at(-1), [3, 'mismatch']);
  log.stills.reset();
  await log.stills.proof(proofOf({ still: 4, method: 'held', rtp: 3600, revision: 11 }));
  assert.deepEqual(verdicts(log).at(-1), [4, 'missing'], 'nothing of another study is held');
});

test('a picture that does not come, has another size, can’t be decoded or is not described is undecoded', async () => {
  const late = desk();
  await late.stills.proof(proofOf());
  assert.equal(late.timers[0].ms, 100, 'as long as its size takes');
  late.late();
  assert.deepEqual(verdicts(late), [[1, 'undecoded']]);
  await late.stills.picture(900, decoded());
  assert.equal(late.verdicts.length, 1);

  const shape = desk();
  await shape.stills.proof(proofOf());
  await shape.stills.picture(900, { ...decoded(), width: 2, height: 4 });
  assert.deepEqual(verdicts(shape), [[1, 'undecoded']]);

  const broken = desk();
  await broken.stills.proof(proofOf({ method: 'png' }));
  broken.stills.unreadable(901);
  assert.deepEqual(broken.verdicts, []);
  broken.stills.unreadable(900);
  assert.deepEqual(verdicts(broken), [[1, 'undecoded']]);

  const silent = desk();
  await silent.stills.proof(proofOf({ description: 'AQEEAA==' }));
  assert.deepEqual(verdicts(silent), [[1, 'undecoded']]);
});

test('a still that is withdrawn is waited for no longer and not answered', async () => {
  const log = desk();
  await log.stills.proof(proofOf());
  log.stills.withdrawn(9);
  log.stills.withdrawn(1);
  log.late();
  await log.stills.picture(900, decoded());
  assert.deepEqual([log.verdicts, log.drawn], [[], []]);
});

test('a revision that failed for good is not tried again', async () => {
  const log = desk();
  log.condemned = 'canvas';
  await log.stills.proof(proofOf({ still: 5 }));
  assert.deepEqual([log.verdicts, log.drawn], [[[5, 'mismatch', '', 'canvas']], []]);
});

test('pictures without proofs are bounded', async () => {
  const log = desk();
  for (let rtp = 0; rtp < 50; rtp += 1) await log.stills.picture(rtp, decoded());
  await log.stills.proof(proofOf({ rtp: 47 }));
  log.late();
  assert.deepEqual(verdicts(log), [[1, 'undecoded']]);
  await log.stills.proof(proofOf({ still: 2, rtp: 49 }));
  assert.deepEqual(verdicts(log).at(-1), [2, 'exact']);
});

test('the words of a still are all of exactly that still, or there are none', () => {
  const proof = proofOf({ revision: 0xffff_ffff, epoch: 0x1_0003 });
  assert.equal(wordsOf(proof).records.length, 1);
  const { epoch, rtp, revision } = proof;
  for (const other of [
    { rtp: 901 }, { revision: 6 }, { epoch: 4 }, { width: 5 }, { height: 3 }, { records: [] },
    { records: [{}, { revision: 6 }] }, { records: [{ revision: 6 }] },
  ]) assert.equal(wordsOf({ ...proof, description: description({ epoch, rtp, revision, ...other }) }), null, JSON.stringify(other));
  for (const wrong of ['', '%', 'AAAA', Buffer.alloc(5000).toString('base64')]) assert.equal(wordsOf({ ...proof, description: wrong }), null);
});

test('proven stills are kept up to a number and a size, the one not used for longest goes', () => {
  const held = new HeldStills();
  for (let index = 0; index < MOST_STILLS; index += 1) held.keep(`s${index}`, Uint8Array.of(index));
  assert.ok(held.take('s0'));
  held.keep('new', Uint8Array.of(99));
  assert.equal(held.take('s1'), null);
  assert.deepEqual([...held.take('s0')], [0]);
  const large = new Uint8Array(40 * 1024 * 1024);
  held.keep('a', large);
  held.keep('b', large);
  assert.equal(held.take('a'), null);
  assert.equal(held.take('b'), large);
  held.keep('b', large);
  assert.equal(held.take('b'), large, 'the same again takes no more room');
});

test('parts of an image are put together in order, and any gap drops it', () => {
  const chunk = (rtp, offset, text, total = 6) => ({ rtp, total, offset, data: Buffer.from(text) });
  const parts = new StillParts();
  assert.equal(parts.add(chunk(1, 0, 'ab')), null);
  assert.equal(parts.add(chunk(1, 2, 'cd')), null);
  const whole = parts.add(chunk(1, 4, 'ef'));
  assert.deepEqual([whole.rtp, Buffer.from(whole.image).toString()], [1, 'abcdef']);
  assert.equal(parts.add(chunk(1, 4, 'ef')), null);
  for (const sequence of [
    [chunk(1, 0, 'ab'), chunk(1, 4, 'ef'), chunk(1, 2, 'cd')],
    [chunk(1, 0, 'ab'), chunk(2, 2, 'cd'), chunk(1, 4, 'ef')],
    [chunk(1, 0, 'ab'), chunk(1, 2, 'cd', 7), chunk(1, 4, 'ef')],
    [chunk(1, 2, 'cd'), chunk(1, 4, 'ef')],
  ]) assert.ok(sequence.every((part) => parts.add(part) === null));
  parts.add(chunk(1, 0, 'abc'));
  parts.add(chunk(2, 0, 'uvw'));
  assert.equal(parts.add(chunk(2, 3, 'xyz')).rtp, 2, 'a new one takes the place of one that was cancelled');
});
