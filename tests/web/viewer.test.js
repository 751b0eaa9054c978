/** What the viewer knows and says: nothing of another study, and every number from the picture that is shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pictureSize } from '../../web/picture/painter.js';
import { NO_TERMS, RecordFlag, WindowSource } from '../../web/protocol/frames.js';
import { Commander } from '../../web/viewer/commander.js';
import { cornerText } from '../../web/viewer/corner_text.js';
import { cutDirection, meetingPoint, pixelsPerMillimetre, project, scaleBarLength } from '../../web/viewer/projection.js';
import { Reading } from '../../web/viewer/reading.js';
import { fixture } from './fixtures.js';

const sample = (name) => fixture('control').to_page.valid.find((entry) => entry.name === name).message;
const opened = (request) => ({ ...sample('Opened'), request });

test('answers to an earlier choice change nothing', () => {
  const reading = new Reading();
  reading.choose({ study: 'A', archive: 'x' });
  const first = reading.ask();
  reading.choose({ study: 'B', archive: 'x' });
  const second = reading.ask();
  assert.equal(reading.take(opened(first)), 'none');
  assert.equal(reading.take({ type: 'open.failed', request: first, code: 'x', message: 'x' }), 'none');
  for (const name of ['StateSnapshot', 'Progress', 'Thumbnail', 'MarksDocument']) assert.equal(reading.take(sample(name)), 'none', name);
  assert.equal(reading.thumbnails.size, 0);
  assert.equal(reading.take(opened(second)), 'opened');
  assert.equal(reading.take(sample('Thumbnail')), 'thumbnail');
});

test('a study that is asked for by an id of before is named by the one that its archive has now', () => {
  const reading = new Reading();
  reading.choose({ study: 'A', archive: 'before' });
  const answer = opened(reading.ask());
  reading.take({ ...answer, study: { ...answer.study, archive: 'now' } });
  assert.deepEqual(reading.reference, { study: 'A', archive: 'now' });
});

test('what is half drawn goes, and what was finished is as it was', () => {
  const document = sample('MarksDocument');
  const finished = { ...document.marks[0], mark: 'finished', draft: false };
  for (const mark of ['another', 'finished']) {
    const reading = new Reading();
    reading.choose({ study: 'A', archive: 'x' });
    reading.take(opened(reading.ask()));
    assert.equal(reading.undraft(), false);
    reading.take({ ...document, marks: [finished] });
    assert.equal(reading.undraft(), false);
    reading.take({ type: 'mark.draft', epoch: document.epoch, mark: { ...finished, mark, draft: true } });
    assert.equal(reading.undraft(), true);
    assert.deepEqual(reading.marks?.marks, [finished]);
  }
});

test('choosing another study forgets everything of the one before', () => {
  const reading = new Reading();
  reading.choose({ study: 'A', archive: 'x' });
  reading.take(opened(reading.ask()));
  for (const name of ['StateSnapshot', 'Progress', 'Thumbnail', 'MarksDocument']) reading.take(sample(name));
  reading.see([/** @type {any} */ ({ kind: 0, series: 0, image: 3 })]);
  reading.choose({ study: 'B', archive: 'x' });
  const { opened: none, marks, snapshot, progress, thumbnails, seen, activeSeries } = reading;
  assert.deepEqual([none, marks, snapshot, activeSeries], [null, null, null, null]);
  assert.deepEqual([progress.size, thumbnails.size, seen.size, reading.onGlass.length], [0, 0, 0, 0]);
});

test('that nothing of before can be undone is told where another session follows one that could, and nowhere else', () => {
  /** @type {[boolean, string, boolean, boolean][]} could undo, the session that follows, another study, told */
  const table = [
    [true, 'other', false, true],
    [true, 'first', false, false],
    [false, 'other', false, false],
    [true, 'other', true, false],
  ];
  for (const [canUndo, session, isAnother, told] of table) {
    const reading = new Reading();
    reading.choose({ study: 'A', archive: 'x' });
    reading.take({ ...opened(reading.ask()), session: 'first' });
    reading.take({ ...sample('StateSnapshot'), can_undo: canUndo });
    if (isAnother) reading.choose({ study: 'B', archive: 'x' });
    // One host does not answer, the next one does.
    reading.ask();
    reading.take({ ...opened(reading.ask()), session });
    assert.equal(reading.lostUndo, told, `${canUndo} ${session} ${isAnother}`);
    reading.take({ ...sample('StateSnapshot'), can_undo: false });
    reading.take({ ...opened(reading.ask()), session: 'third' });
    assert.equal(reading.lostUndo, false, 'told once');
  }
});

test('settings are those that held at a revision', () => {
  const reading = new Reading();
  reading.choose({ study: 'A', archive: 'x' });
  reading.take(opened(reading.ask()));
  for (const [revision, tool] of [[10, 'scroll'], [20, 'window'], [30, 'pan']]) {
    reading.take({ ...sample('StateSnapshot'), revision, tool });
  }
  assert.equal(reading.snapshotAt(9), null);
  assert.equal(reading.snapshotAt(29)?.tool, 'window');
  assert.equal(reading.snapshot?.tool, 'pan');
});

test('commands are numbered, carry what was on the glass, and a dragged thumb is never queued', () => {
  const sent = [];
  const commander = new Commander((command) => sent.push(command) > 0, () => 77);
  commander.command('fit');
  assert.deepEqual(sent[0], { type: 'command', id: 1, revision: 77, name: 'fit', viewport: -1, value: null });
  for (let image = 1; image <= 50; image += 1) commander.goToImage(2, image);
  assert.deepEqual(sent.slice(1).map(({ value }) => value), [1, 2]);
  commander.answered(2);
  assert.equal(sent.at(-1).value, 50);
  commander.answered(3);
  commander.answered(4);
  assert.equal(sent.length, 4);
  assert.equal(commander.count, 4);
  commander.begin();
  assert.equal(commander.count, 0);
  assert.equal(new Commander(() => false, () => 1).command('fit'), 0, 'what could not leave has no number');
});

test('a thumb is timed from where the hand was, not from the answer that let its place leave', () => {
  const times = [];
  let now = 100;
  const commander = new Commander((_, time) => times.push(time) > 0, () => 77, () => now);
  for (now = 101; now <= 110; now += 1) commander.goToImage(0, now);
  now = 500;
  commander.answered(1);
  assert.deepEqual(times, [101, 102, 110]);
});

const record = {
  viewport: 0, kind: 1, flags: RecordFlag.MILLIMETRES | RecordFlag.ORIENTED | RecordFlag.POSITIONED, revision: 1, series: 0, image: 53, images: 108,
  instance_number: 54, center: 40, width: 400, zoom: 1.5, position: -12.25, thickness: 1.5, rect: [0, 0, 100, 100],
  canvas_from_world: [], letters: ['R', 'L', 'A', 'P'], present: 108, terms: 0, voi_source: 0, voi_number: 0,
};
const series = { ...fixture('control').to_page.valid.find((entry) => entry.name === 'Opened').message.series[0], number: 2, description: 'Head', lossy: '' };
const words = (changes = {}, ofSeries = {}, settings = null, small = false, stream = 'stream: lossy 41:1 (H.264)') => {
  const terms = { ...series, ...ofSeries, windows: ofSeries.windows ?? [] };
  const corners = cornerText({ ...record, ...changes }, { ...series, ...ofSeries }, { terms, settings, studyDate: '20240309', stream }, small);
  return Object.values(corners).flat().map((line) => line.words).join('\n');
};

test('corner text names image, window, place, zoom and that the stream is lossy', () => {
  const said = words();
  for (const part of ['Image 54/108', 'C 40  W 400', '−12.3\u202fmm', '150\u202f%', 'lossy 41:1 (H.264)']) assert.ok(said.includes(part), part);
});

test('an exact picture names no loss of the stream, and still that of the file', () => {
  const said = words({}, { lossy: 'lossy 10:1 (JPEG)' }, null, false, '');
  assert.ok(!said.includes('stream'));
  assert.ok(said.includes('file: lossy 10:1 (JPEG)'));
});

test('a loss of the stream is named with its ratio and method in small viewports too, and so is that of the file', () => {
  const said = words({}, { lossy: 'lossy 10:1 (JPEG)' }, null, true);
  for (const part of ['stream: lossy 41:1 (H.264)', 'file: lossy 10:1 (JPEG)']) assert.ok(said.includes(part), part);
});

test('where the image data itself says that it is lossy, the file is named lossy, once and for certain', () => {
  for (const [ofFile, expected] of [
    ['', 'file: lossy'],
    ['possibly lossy', 'file: lossy'],
    ['possibly lossy (JPEG 2000)', 'file: lossy (JPEG 2000)'],
    ['some images possibly lossy', 'file: some images lossy'],
    ['lossy 10:1 (JPEG)', 'file: lossy 10:1 (JPEG)'],
  ]) {
    for (const small of [false, true]) {
      for (const [reservations, line] of [[['lossy_data'], expected], [[], ofFile && `file: ${ofFile}`]]) {
        const terms = { ...series, lossy: ofFile, windows: [] };
        const corners = cornerText(record, series, { terms, settings: null, studyDate: '', stream: '', reservations }, small);
        const said = Object.values(corners).flat().map(({ words: each }) => each).filter((each) => each.includes('lossy'));
        assert.deepEqual(said, line ? [line] : [], `${ofFile} ${reservations}`);
      }
    }
  }
});

test('every flag that a reader must know is said in words, in small viewports too', () => {
  const flags = {
    FLIPPED: 'FLIPPED', ROTATED_90: 'ROTATED 90°', ROTATED_180: 'ROTATED 180°', INVERTED: 'INVERTED', INCOMPLETE: '60 of 108 loaded',
    AT_DETECTOR: 'at the detector', MISSING: 'not loaded', COARSE: 'coarser', REDUCED: 'reduced',
    CONTRADICTING: 'orientation unclear',
  };
  for (const [flag, expected] of Object.entries(flags)) {
    for (const small of [false, true]) {
      assert.ok(!words({}, {}, null, small).includes(expected), `${flag} unset`);
      assert.ok(words({ flags: record.flags | RecordFlag[flag], present: 60 }, {}, null, small).includes(expected), flag);
    }
  }
  assert.ok(words({ flags: RecordFlag.ROTATED_90 | RecordFlag.ROTATED_180 }).includes('ROTATED 270°'));
  for (const kind of [1, 2, 3]) {
    assert.ok(words({ kind, letters: ['', '', '', ''] }).includes('orientation unknown'));
    const unclear = words({ kind, letters: ['', '', '', ''], flags: record.flags | RecordFlag.CONTRADICTING });
    assert.ok(unclear.includes('orientation unclear') && !unclear.includes('orientation unknown'));
  }
  assert.ok(words({}, { lossy: 'JPEG 10:1' }).includes('file: JPEG 10:1'));
});

test('millimetres of a projection say how they were calibrated, in small viewports too', () => {
  for (const small of [false, true]) {
    const said = (/** @type {string} */ calibration, flags = RecordFlag.MILLIMETRES) => words({ flags }, { calibration }, null, small).split('\n');
    assert.ok(said('fiducial').includes('mm, calibrated by fiducial'));
    assert.ok(said('geometry').includes('mm, calibrated by geometry'));
    for (const code of ['calibrated', 'a code of later']) assert.ok(said(code).includes('mm, calibrated, not said how'));
    for (const none of [said(''), said('fiducial', 0)]) assert.ok(!none.some((line) => line.includes('calibrated')));
  }
});

test('a plane whose directions contradict each other has no name', () => {
  const settings = { rect: [0, 0, 1, 1], kind: 'mpr', plane: 'coronal', series: 0, preset: '', voi_source: '', interpolation: 'linear', message: '' };
  assert.ok(words({ kind: 2 }, {}, settings).includes('coronal'));
  assert.ok(!words({ kind: 2, flags: record.flags | RecordFlag.CONTRADICTING }, {}, settings).includes('coronal'));
});

test('sides that contradict each other are none, in small viewports too', () => {
  for (const small of [false, true]) {
    const said = (/** @type {string} */ laterality) => words({}, { laterality, view_position: 'MLO' }, null, small).split('\n');
    assert.ok(said('R').includes('R MLO'));
    assert.ok(said('L\\R').includes('side unclear (L or R) MLO'));
    assert.ok(said('B\\R').includes('side unclear (both or R) MLO'));
  }
});

test('a volume names its window and its look, and says that the look is not as its name says', () => {
  const settings = { rect: [0, 0, 1, 1], kind: 'volume', plane: '', series: 0, preset: 'CT bone', voi_source: '', interpolation: 'linear', message: '' };
  for (const flags of [record.flags, record.flags | RecordFlag.COLOR]) {
    for (const small of [false, true]) {
      const said = (changes) => words({ kind: 3, flags, ...changes }, {}, settings, small).split('\n');
      assert.ok(said({}).some((line) => line.startsWith('C 40')), 'the window');
      assert.ok(said({}).includes('CT bone'), 'as it is');
      for (const source of [WindowSource.DRAG, WindowSource.TYPED, WindowSource.PRESET, WindowSource.FULL_RANGE, WindowSource.ONE_IMAGE]) {
        const line = said({ voi_source: source }).find((words) => words.startsWith('CT bone'));
        assert.ok(/^CT bone, changed: ./.test(line), `${source}: ${line}`);
      }
    }
  }
});

test('a small viewport still names series, study date, image, window and a lossy file', () => {
  const said = words({}, { lossy: 'JPEG 10:1', date: '' }, null, true);
  for (const part of ['Head', '9 Mar 2024', 'Image 54/108', 'C 40', 'file: JPEG 10:1']) assert.ok(said.includes(part), part);
  assert.ok(!said.includes('thick'));
});

test('no millimetres where the geometry is not trusted', () => {
  assert.ok(!words({ flags: 0 }).includes('mm'));
});

test('where a window came from is told by the record of the picture, never by settings that may be of another', () => {
  const settings = { rect: [0, 0, 1, 1], kind: 'stack', plane: '', series: 0, preset: '', voi_source: 'percentiles', interpolation: 'cubic', message: '' };
  assert.ok(!words({}, {}, settings).includes('percentiles'));
  const windows = [{ name: 'file', center: 40, width: 400 }, { name: 'BONE', center: 500, width: 2000 }];
  const said = Object.entries({
    FILE: 'from the file', SERIES: 'one for the series, from 0', PERCENTILES: 'from percentiles', FULL_RANGE: 'full range', TYPED: 'typed',
    DRAG: 'set by hand', ONE_IMAGE: 'of one image',
  });
  assert.deepEqual(new Set([...said.map(([name]) => name), 'NONE', 'PRESET']), new Set(Object.keys(WindowSource)));
  for (const [name, expected] of said) {
    const lines = words({ voi_source: WindowSource[name] }, { windows }).split('\n');
    assert.deepEqual(lines.filter((line) => said.some(([, each]) => each === line)), [expected], name);
  }
  assert.ok(words({ voi_source: WindowSource.FILE, voi_number: 1 }, { windows }).includes('BONE'), 'the file’s own word for it');
  assert.ok(words({ voi_source: WindowSource.PRESET, center: 40, width: 80 }).includes('preset Brain'));
  assert.ok(!words({ voi_source: WindowSource.PRESET, center: 41, width: 80 }).includes('Brain'));
});

test('an image speaks for itself: its record names its terms, and where they are not known nothing is said', () => {
  const reading = new Reading();
  reading.take({ ...opened(reading.ask()), series: [{ ...series, laterality: 'R', view_position: 'MLO', units: 'HU', thickness: 3 }] });
  const of = (terms, kind = 1) => {
    const shown = { ...record, kind, terms };
    return Object.values(cornerText(shown, reading.series(0), { terms: reading.termsOf(shown), settings: null, studyDate: '', stream: 'stream: lossy' }, false))
      .flat().map((line) => line.words).join('\n');
  };
  assert.equal(of(0), '', 'nothing of the series is taken for an image');
  const blank = { windows: [], units: '', laterality: '', view_position: '', body_part: '', frame_rate: 0, lossy: '', notices: [] };
  const table = [['R', 'CC'], ['L', 'CC'], ['R', 'MLO'], ['L', 'MLO']].map(([laterality, view_position]) => ({ ...blank, laterality, view_position }));
  assert.equal(reading.take({ type: 'image.terms', epoch: 4, series: 0, first: 2, terms: table.slice(2) }), 'terms');
  assert.equal(of(1), '');
  assert.ok(of(3).split('\n').includes('L MLO'));
  reading.take({ type: 'image.terms', epoch: 4, series: 0, first: 0, terms: table.slice(0, 2) });
  table.forEach(({ laterality, view_position }, index) => assert.ok(of(index).split('\n').includes(`${laterality} ${view_position}`)));
  assert.equal(of(NO_TERMS), '');
  assert.ok(of(NO_TERMS, 2).includes('R MLO'), 'a plane says what holds for all images');
  reading.choose(null);
  assert.equal(reading.termsOf({ ...record, terms: 0 }), null, 'another study brings its own');
});

test('the date is that of the image’s own file; several are said from when to when, and another day of the study is said', () => {
  for (const [ofSeries, expected, absent] of [
    [{ date: '20240102', dates: undefined }, ['2 Jan 2024'], ['9 Mar 2024', 'file of a study']],
    [{ date: '20240102', dates: ['20010101'] }, ['1 Jan 2001'], ['2 Jan 2024', 'file of a study']],
    [{ date: '', dates: ['20010101', '20240102'] }, ['images of 1 Jan 2001 to 2 Jan 2024'], ['9 Mar 2024']],
    [{ date: '20240102', dates: [] }, ['9 Mar 2024'], ['2 Jan 2024']],
    [{ dates: ['20240309'], study_dates: ['20240309'] }, ['9 Mar 2024'], ['file of a study']],
    [{ dates: ['20240309'], study_dates: ['20010101'] }, ['9 Mar 2024', 'file of a study of 1 Jan 2001'], []],
    [{ dates: ['20240309'], study_dates: ['!2001'] }, ['9 Mar 2024', 'file of a study of unreadable “2001”'], []],
  ]) {
    for (const small of [false, true]) {
      const said = words({}, ofSeries, null, small);
      for (const part of expected) assert.ok(said.split('\n').includes(part), `${part} in ${said}`);
      for (const part of absent) assert.ok(!said.includes(part), `${part} in ${said}`);
    }
  }
});

test('a position is one only where the host says so, and side and view stand in small viewports too', () => {
  assert.ok(!words({ flags: RecordFlag.MILLIMETRES | RecordFlag.ORIENTED, position: 0, thickness: 0 }).includes('mm'));
  assert.ok(words({}, { laterality: 'L', view_position: 'MLO' }, null, true).split('\n').includes('L MLO'));
});

const AXIAL = [2, 0, 0, 100, 0, 2, 0, 50, 0, 0, -1, 30];
const CORONAL = [2, 0, 0, 100, 0, 0, -2, 80, 0, 1, 0, -7];
const SAGITTAL = [0, 2, 0, 60, 0, 0, -2, 80, -1, 0, 0, 12];

test('three planes meet in the cross-hair, and each is cut along straight lines of the screen', () => {
  assert.deepEqual(meetingPoint([AXIAL, CORONAL, SAGITTAL]), [12, 7, 30]);
  assert.equal(meetingPoint([AXIAL, AXIAL, SAGITTAL]), null);
  assert.equal(meetingPoint([AXIAL, CORONAL]), null);
  assert.deepEqual(project(AXIAL, [12, 7, 30]), { x: 124, y: 64, depth: 0 });
  const cut = cutDirection(AXIAL, CORONAL);
  assert.ok(Math.abs(Math.abs(cut?.x ?? 0) - 1) < 1e-9);
  assert.equal(cutDirection(AXIAL, AXIAL), null);
  assert.equal(pixelsPerMillimetre(AXIAL), 2);
});

test('the scale bar is the longest round length that fits', () => {
  assert.equal(scaleBarLength(2, 250), 100);
  assert.equal(scaleBarLength(0.5, 250), 200);
  assert.equal(scaleBarLength(400, 250), 0);
});

test('the whole picture has the size that was asked for, also while it is drawn smaller', () => {
  const asked = { width: 1279, height: 801 };
  assert.deepEqual(pictureSize({ visible: [1279, 801], scale: 1 }, asked), asked);
  assert.deepEqual(pictureSize({ visible: [640, 401], scale: 0.5 }, asked), asked);
  assert.deepEqual(pictureSize({ visible: [400, 300], scale: 0.5 }, asked), { width: 800, height: 600 });
  assert.deepEqual(pictureSize({ visible: [800, 600], scale: 1 }, asked), { width: 800, height: 600 });
});
