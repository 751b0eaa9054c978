/** What stands in the corners of a viewport, from the record of the picture shown and what holds for the series. Pure. */

import { RecordFlag, ViewportKind, WindowSource } from '../protocol/frames.js';
import { dicomDate } from '../format/dicom_date.js';
import { windowNumber, withUnit } from '../format/number.js';
import { text } from '../text/en.js';
import { completenessLines } from './completeness.js';
import { partWords } from './part_words.js';
import { percentWords, reservationLines, shortWord } from './reservations.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/records.js').SeriesInfo} SeriesInfo */
/** @typedef {import('../protocol/records.js').ImageTerms} ImageTerms */
/** @typedef {import('../protocol/records.js').ViewportInfo} ViewportInfo */
/** @typedef {{words: string, tone?: 'warning', kept?: boolean}} Line kept: small viewports say it too */
/** @typedef {{topLeft: Line[], topRight: Line[], bottomLeft: Line[], bottomRight: Line[]}} Corners */

/**
 * What holds beside the record.
 * @typedef {object} Around
 * @property {ImageTerms | null} terms what the file says of the image shown; of planes and volumes what holds for all; null = not known
 * @property {ViewportInfo | null} settings those that held at the record's revision; null = not known, and then not said
 * @property {string} studyDate DA
 * @property {string} stream how the stream loses something; nothing = it does not
 * @property {import('../protocol/control.js').Progress | null} [progress] of reading the series
 * @property {readonly string[]} [reservations] codes of what stands against the image
 */

/**
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {Around} around
 * @param {boolean} small only what must stand there
 * @returns {Corners}
 */
export function cornerText(record, series, { terms, settings, studyDate, stream, progress = null, reservations = [] }, small) {
  // Blank beats wrong: nothing of another image may stand on this one.
  if (!terms) return { topLeft: [], topRight: [], bottomLeft: [], bottomRight: [] };
  const corners = {
    topLeft: seriesLines(record, series, terms, settings, studyDate),
    topRight: [...warnings(record, series, progress), ...completenessLines(series, progress).map(warning), ...reservationLines(reservations)],
    bottomLeft: placeLines(record),
    bottomRight: [...viewLines(record, series, terms, settings, reservations), ...lossLines(terms, stream, reservations)],
  };
  if (!small) return corners;
  /** @param {Line[]} all */
  const few = (all) => all.filter(({ kept, tone }) => kept || tone);
  return {
    topLeft: few(corners.topLeft),
    topRight: corners.topRight,
    bottomLeft: few(corners.bottomLeft),
    bottomRight: few(corners.bottomRight),
  };
}

/**
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {ImageTerms} terms
 * @param {ViewportInfo | null} settings
 * @param {string} studyDate
 * @returns {Line[]}
 */
function seriesLines(record, series, terms, settings, studyDate) {
  const number = series.number === null ? '' : `${series.number}`;
  const name = [number, series.description || text.noDescription, partWords(series)].filter(Boolean).join(' · ');
  // A plane whose directions are not believed has no name that says them.
  const isNamed = record.kind === ViewportKind.MPR && !(record.flags & RecordFlag.CONTRADICTING);
  const plane = isNamed ? (text.corner.planes[settings?.plane ?? ''] ?? '') : '';
  const kind = record.kind === ViewportKind.VOLUME ? text.corner.volume : plane;
  const [side, isUnclear] = sideWords(terms);
  const technique = [series.modality, kind, terms.body_part].filter(Boolean).join(' · ');
  return [...kept(name), ...lines(technique), ...(isUnclear ? [warning(side)] : kept(side)), ...dateLines(series, terms, studyDate)];
}

/**
 * The date of the image's own file; of what is made of several images from when to when they are. That a file says another day of
 * the study than the bar does is said too.
 * @param {SeriesInfo} series
 * @param {ImageTerms} terms
 * @param {string} studyDate
 * @returns {Line[]}
 */
function dateLines(series, { dates = [series.date], study_dates: ofStudy = [] }, studyDate) {
  const [first = '', last = first] = dates;
  const others = studyDate ? ofStudy.filter((date) => date !== studyDate) : [];
  return [
    ...(last === first ? kept(dicomDate(first || studyDate)) : [warning(text.corner.severalDates(dicomDate(first), dicomDate(last)))]),
    ...others.map((date) => warning(text.corner.anotherStudyDate(dicomDate(date)))),
  ];
}

/**
 * Side and view; sides that contradict each other are none.
 * @param {ImageTerms} terms
 * @returns {[words: string, isUnclear: boolean]}
 */
function sideWords({ laterality, view_position: view }) {
  const { corner } = text;
  const sides = laterality.split('\\');
  const side = sides.length > 1 ? corner.unclearSide(sides.map((each) => corner.sides[each] ?? each)) : laterality;
  return [[side, view].filter(Boolean).join(' '), sides.length > 1];
}

/**
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {import('../protocol/control.js').Progress | null} progress
 * @returns {Line[]}
 */
function warnings({ flags, kind, present, image, images, letters }, series, progress) {
  const { corner } = text;
  const turns = (flags & RecordFlag.ROTATED_90 ? 90 : 0) + (flags & RecordFlag.ROTATED_180 ? 180 : 0);
  const oriented = letters.some((letter) => letter !== '' && letter !== '?');
  const isStack = kind === ViewportKind.STACK;
  const total = isStack ? images : series.images;
  return [
    flags & RecordFlag.FLIPPED ? corner.flipped : '',
    turns ? `${corner.rotated} ${turns}°` : '',
    flags & RecordFlag.INVERTED ? corner.inverted : '',
    flags & RecordFlag.CONTRADICTING ? corner.unclearOrientation : oriented ? '' : corner.unknownOrientation,
    flags & RecordFlag.MISSING ? (isStack && progress?.failed?.includes(image) ? corner.unreadable : corner.missing) : '',
    flags & RecordFlag.INCOMPLETE ? corner.incomplete(present, total) : '',
    flags & RecordFlag.WINDOW_PENDING ? corner.windowPending : '',
    flags & RecordFlag.AT_DETECTOR ? corner.atDetector : '',
    flags & RecordFlag.MILLIMETRES && series.calibration ? (corner.calibration[series.calibration] ?? corner.calibratedSomehow) : '',
    flags & RecordFlag.COARSE ? corner.coarse : '',
    flags & RecordFlag.REDUCED ? corner.reduced : '',
  ]
    .filter(Boolean)
    .map(warning);
}

/**
 * @param {string} words
 * @returns {Line}
 */
function warning(words) {
  return { words, tone: 'warning' };
}

/**
 * @param {ViewportRecord} record
 * @returns {Line[]}
 */
function placeLines(record) {
  if (record.kind === ViewportKind.VOLUME) return [];
  const place = [];
  if (record.flags & RecordFlag.POSITIONED) place.push(withUnit(record.position, 1, 'mm'));
  if (record.flags & RecordFlag.MILLIMETRES && record.thickness > 0) {
    place.push(`${text.corner.thickness} ${withUnit(record.thickness, 1, 'mm')}`);
  }
  return [
    ...kept(text.corner.image(record.image + 1, record.images)),
    ...lines(record.instance_number ? text.corner.instance(record.instance_number) : '', place.join('  ')),
  ];
}

/**
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {ImageTerms} terms
 * @param {ViewportInfo | null} settings
 * @param {readonly string[]} reservations
 * @returns {Line[]}
 */
function viewLines(record, series, terms, settings, reservations) {
  const { center, width, flags, kind, zoom } = record;
  const isVolume = kind === ViewportKind.VOLUME;
  // Of a volume the window shifts the look: it is said whether that has colours or not.
  const isWindowed = width > 0 && !(flags & RecordFlag.WINDOW_PENDING) && (isVolume || !(flags & RecordFlag.COLOR));
  const units = terms.units ? `\u202f${terms.units}` : '';
  const window = text.corner.window(windowNumber(center, width), windowNumber(width, width) + units);
  const isMinified = reservations.includes('minified');
  const view = [percentWords(zoom), isMinified ? shortWord('minified') : ''];
  if (settings && !isMinified && kind !== ViewportKind.VOLUME) view.push(text.interpolations[settings.interpolation] ?? '');
  return [
    ...kept(isWindowed ? window : ''),
    ...(isVolume ? kept(lookWords(record, series, terms, settings)) : lines(isWindowed ? windowSource(record, series, terms) : '')),
    { words: view.filter(Boolean).join(' · '), kept: isMinified },
  ];
}

/**
 * The look of a volume by its name, and by what it was changed where it is not as its name says any more.
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {ImageTerms} terms
 * @param {ViewportInfo | null} settings
 */
function lookWords(record, series, terms, settings) {
  if (!settings?.preset) return '';
  const changed = record.voi_source === WindowSource.NONE ? '' : windowSource(record, series, terms) || text.corner.otherWindow;
  return changed ? text.corner.changedLook(settings.preset, changed) : settings.preset;
}

/**
 * Both losses are named, each with its ratio and method: that of the stream, and that which is in the file for good. Where the
 * image data itself says that it is lossy, that is certain, whatever the file says of it.
 * @param {ImageTerms} terms
 * @param {string} stream
 * @param {readonly string[]} reservations
 * @returns {Line[]}
 */
function lossLines(terms, stream, reservations) {
  const certain = reservations.includes('lossy_data');
  const how = certain ? terms.lossy.replace('possibly ', '') || text.corner.lossy : terms.lossy;
  return [...kept(stream), ...kept(how ? text.corner.lossyFile(how) : '')];
}

/**
 * Where the window comes from, told by the record of the very picture: the file's own word for it, a preset's name, or a rule's.
 * @param {ViewportRecord} record
 * @param {SeriesInfo} series
 * @param {ImageTerms} terms
 */
function windowSource({ voi_source, voi_number, center, width }, series, terms) {
  const { sources } = text.corner;
  if (voi_source === WindowSource.FILE) {
    const name = terms.windows[voi_number]?.name ?? 'file';
    return name === 'file' ? sources[WindowSource.FILE] : name;
  }
  if (voi_source === WindowSource.PRESET) {
    const preset = [...series.presets, ...terms.windows].find((each) => Math.fround(each.center) === center && Math.fround(each.width) === width);
    return preset ? text.corner.preset(preset.name) : sources[WindowSource.PRESET];
  }
  return sources[voi_source] ?? '';
}

/**
 * @param {...string} words
 * @returns {Line[]}
 */
function lines(...words) {
  return words.filter(Boolean).map((line) => ({ words: line }));
}

/**
 * @param {string} words
 * @returns {Line[]}
 */
function kept(words) {
  return words ? [{ words, kept: true }] : [];
}
