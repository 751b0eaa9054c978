/** The rules of green, as tables: everything in order is exact, and any single doubt is not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Claim } from '../../web/picture/claim.js';
import { compressionRatio, covers, isOfNow, isOfStudy, judge } from '../../web/picture/fidelity.js';
import { RecordFlag, ViewportKind } from '../../web/protocol/frames.js';
import { text } from '../../web/text/en.js';
import { ratioWords } from '../../web/format/number.js';

const info = { rtp: 9, revision: 7, scale: 1, size: 100, visible: [100, 50], viewports: [7] };
const record = (changes = {}) => ({ kind: ViewportKind.STACK, flags: RecordFlag.MILLIMETRES | RecordFlag.ORIENTED, rect: [0, 0, 100, 50], ...changes });
const FACTS = {
  info, records: [record()], isStill: true, isProven: true, isRefuted: false, isTouched: false, isLive: true, isCurrent: true,
  isVisible: true, scale: '',
};

test('a proven still of now, live, complete and at full scale is exact', () => {
  assert.deepEqual(judge(FACTS), { fidelity: 'exact', why: '', viewports: ['exact'] });
});

test('any single doubt about the whole picture is lossy, and says why', () => {
  const doubts = [
    [{ isStill: false }, 'moving'],
    [{ isTouched: true }, 'moving'],
    [{ info: null }, 'moving'],
    [{ isProven: false }, 'unproven'],
    [{ isLive: false }, 'notLive'],
    [{ isCurrent: false }, 'overtaken'],
    [{ isVisible: false }, 'hidden'],
    [{ info: { ...info, scale: 0.5 } }, 'coarse'],
    [{ records: [] }, 'nothing'],
    [{ records: [null] }, 'unproven'],
    ...['scaled', 'zoomed', 'offset', 'unknownScale', 'altered', 'covered', 'reworded'].map((scale) => [{ scale }, scale]),
  ];
  for (const [doubt, why] of doubts) {
    const judged = judge({ ...FACTS, ...doubt });
    assert.equal(judged.fidelity, 'lossy', why);
    assert.equal(judged.why, why);
    assert.ok(judged.viewports.every((fidelity) => fidelity === 'lossy'), why);
    assert.ok(text.fidelity.why[why], `${why} in words`);
  }
});

test('a hash that differs is red whatever else holds', () => {
  for (const more of [{}, { isLive: false }, { isStill: false }, { isTouched: true }, { isProven: true }, { scale: 'zoomed' }]) {
    assert.equal(judge({ ...FACTS, ...more, isRefuted: true }).fidelity, 'mismatch');
  }
});

test('each viewport is judged by its own record, and the picture is exact only when all are', () => {
  for (const [flag, why] of [['MISSING', 'missing'], ['INCOMPLETE', 'incomplete'], ['COARSE', 'coarse'], ['REDUCED', 'reduced'], ['OTHER_PATIENT', 'anotherPatient'], ['WINDOW_PENDING', 'windowPending']]) {
    const judged = judge({ ...FACTS, records: [record(), record({ flags: RecordFlag[flag] })] });
    assert.deepEqual(judged, { fidelity: 'lossy', why, viewports: ['exact', 'lossy'] });
  }
  const harmless = ['FLIPPED', 'ROTATED_90', 'ROTATED_180', 'INVERTED', 'AT_DETECTOR', 'COLOR'].reduce((all, flag) => all | RecordFlag[flag], 0);
  assert.equal(judge({ ...FACTS, records: [record({ flags: harmless })] }).fidelity, 'exact');
});

test('empty and hidden viewports neither help nor hinder', () => {
  const empty = record({ kind: ViewportKind.EMPTY, flags: RecordFlag.MISSING });
  const behind = record({ rect: [0, 0, 0, 0], flags: RecordFlag.MISSING });
  assert.equal(judge({ ...FACTS, records: [record(), empty, behind] }).fidelity, 'exact');
  assert.equal(judge({ ...FACTS, records: [empty] }).fidelity, 'lossy');
});

test('a still counts only when its state has in it all that the hand has done', () => {
  const proof = { input_sequence: 10, event_acknowledged: 4, command: 6 };
  const done = { sequence: 10, event: 4, command: 6, isWaiting: false };
  for (const [deeds, expected] of [
    [done, true],
    [{ ...done, sequence: null }, true],
    [{ ...done, sequence: 9 }, true],
    [{ ...done, sequence: 11 }, false],
    [{ ...done, sequence: 0xffff_fff0 }, true],
    [{ ...done, event: 5 }, false],
    [{ ...done, command: 7 }, false],
    [{ ...done, isWaiting: true }, false],
  ]) assert.equal(covers(proof, deeds), expected, JSON.stringify(deeds));
  assert.equal(covers({ ...proof, input_sequence: 3 }, { ...done, sequence: 0xffff_ffff }), true, 'sequences wrap');
});

test('a still counts only while its study is open and nothing newer is known', () => {
  const glass = { isOpen: true, epoch: 5, revision: 20 };
  for (const [proof, around, expected] of [
    [{ epoch: 5, revision: 20 }, {}, true],
    [{ epoch: 5, revision: 21 }, {}, true],
    [{ epoch: 6, revision: 21 }, {}, true],
    [{ epoch: 5 + 0x10000, revision: 20 }, {}, true],
    [{ epoch: 5, revision: 20 }, { revision: null }, true],
    [{ epoch: 5, revision: 19 }, {}, false],
    [{ epoch: 4, revision: 21 }, {}, false],
    [{ epoch: 5, revision: 20 }, { isOpen: false }, false],
    [{ epoch: 5, revision: 1 }, { revision: 0xffff_ffff }, true],
  ]) assert.equal(isOfNow(proof, { ...glass, ...around }), expected, JSON.stringify([proof, around]));
});

test('what is said of a later epoch of the open study overtakes the picture, what is said of an earlier one or of none does not', () => {
  const glass = { isOpen: true, epoch: 0xffff };
  for (const [said, around, expected] of [
    [{ epoch: 0xffff, revision: 8 }, {}, true],
    [{ epoch: 0, revision: 8 }, {}, true],
    [{ epoch: 0x1_0000, revision: 8 }, {}, true],
    [{ epoch: 0xfffe, revision: 8 }, {}, false],
    [{ epoch: 0xffff, revision: 0 }, {}, false],
    [{ epoch: 0, revision: 8 }, { isOpen: false }, false],
  ]) assert.equal(isOfStudy(said, { ...glass, ...around }), expected, JSON.stringify([said, around]));
});

const AROUND = { isLive: true, isCurrent: true, isVisible: true, scale: '' };

test('what is claimed follows what is drawn, touched, proven and refuted', () => {
  const claim = new Claim();
  const says = () => claim.judge(AROUND).fidelity;
  claim.drawn(info, [record()], false);
  assert.equal(says(), 'lossy');
  claim.drawn({ ...info, rtp: 10 }, [record()], true);
  assert.equal(says(), 'lossy', 'drawn is not proven');
  claim.prove('ab');
  assert.equal(says(), 'exact');
  claim.drawn({ ...info, rtp: 10 }, [record()], true);
  assert.equal(says(), 'exact', 'words of the same picture');
  claim.touch();
  assert.equal(says(), 'lossy');
  claim.prove('ab');
  assert.equal(says(), 'lossy', 'a proof that was on its way when the picture was touched');
  claim.laid();
  assert.equal(says(), 'lossy', 'on the canvas again, not proven again');
  claim.prove('ab');
  assert.equal(says(), 'exact');
  claim.touch();
  claim.drawn({ ...info, rtp: 11 }, [record()], true);
  assert.equal(says(), 'lossy', 'drawn again, not proven again');
  claim.prove('ab');
  assert.equal(says(), 'exact');
  claim.drawn({ ...info, rtp: 12, revision: 8 }, [record()], false);
  assert.equal(says(), 'lossy');
  claim.prove('ab');
  assert.equal(says(), 'lossy', 'a proof does not make a moving picture exact');
});

test('refuted twice stays red until the next revision; refuted once, until it is proven', () => {
  const claim = new Claim();
  const says = () => claim.judge(AROUND).fidelity;
  const still = (rtp, revision = 7) => claim.drawn({ ...info, rtp, revision }, [record()], true);
  still(1);
  claim.refute(7, 'canvas', 1);
  assert.equal(says(), 'mismatch');
  still(2);
  assert.equal(says(), 'mismatch');
  claim.prove('ab');
  assert.equal(says(), 'exact');
  claim.refute(7, 'came', 2);
  assert.equal(claim.condemned(7), 'came');
  claim.refute(7, 'came', 1);
  still(3);
  claim.prove('ab');
  assert.equal(says(), 'mismatch', 'red stays red');
  claim.touch();
  assert.equal(says(), 'mismatch');
  still(4, 8);
  claim.prove('cd');
  assert.equal(says(), 'exact');
  assert.equal(claim.condemned(7), '');
});

test('nothing of a claim outlives its study', () => {
  const claim = new Claim();
  claim.drawn(info, [record()], true);
  claim.prove('ab');
  claim.reset();
  assert.equal(claim.judge(AROUND).fidelity, 'lossy');
  assert.deepEqual([claim.sha256, claim.ratio, claim.isProven], ['', null, false]);
});

test('the ratio is of all bytes spent on the revision, at the size that is shown', () => {
  const claim = new Claim();
  claim.drawn({ ...info, size: 50 }, [record()], false);
  assert.equal(claim.ratio, 100);
  claim.drawn({ ...info, rtp: 10, size: 150 }, [record()], false);
  assert.equal(claim.ratio, 25, 'refined');
  claim.drawn({ ...info, rtp: 11, size: 1000 }, [record()], true);
  assert.equal(claim.ratio, 5, 'a still stands for itself');
  claim.drawn({ ...info, rtp: 12, revision: 8, size: 50, scale: 0.5 }, [record()], false);
  assert.equal(claim.ratio, 400, 'half of the lines and columns are lost too');
  assert.equal(compressionRatio(info, [record({ flags: RecordFlag.COLOR })], 100), 150);
  assert.equal(compressionRatio(info, [record({ kind: ViewportKind.VOLUME })], 100), 50, 'a maximum is grey');
  assert.equal(compressionRatio(info, [record({ flags: RecordFlag.COLOR, rect: [0, 0, 0, 0] }), record(), null], 100), 50, 'not shown');
  assert.deepEqual([1.04, 9.96, 41.4, 128, 1734].map(ratioWords), ['1.0:1', '10.0:1', '41:1', '130:1', '1700:1']);
});
