/** The reservations of the images shown: which hold, and in words for the badge, its panel and the corners of viewports. Pure. */

import { fixed } from '../format/number.js';
import { isShown } from '../picture/fidelity.js';
import { reservationsOf, together, weightOf, weightOfAll } from '../picture/reservations.js';
import { ViewportKind } from '../protocol/frames.js';
import { text } from '../text/en.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../picture/reservations.js').Weight} Weight */
/** @typedef {import('./corner_text.js').Line} Line */

/**
 * What is told of the image part of a picture.
 * @typedef {object} ImagePart
 * @property {Weight | ''} weight nothing = the images are plainly what their files say
 * @property {string} word for the badge; nothing = none
 * @property {number} more how many others there are
 * @property {string} percent how large the smallest is, where that is less than pixel for pixel; nothing = it is not
 * @property {string[]} codes
 * @property {string[]} sentences for the panel
 */

/**
 * The codes of each viewport; none where nothing certain is known.
 * @param {readonly (ViewportRecord | null)[]} records
 * @param {import('./reading.js').Reading} reading
 * @param {number} revision of the picture
 * @returns {string[][]}
 */
export function reservationsShown(records, reading, revision) {
  const settings = reading.snapshotAt(revision);
  return records.map((record, index) => {
    if (!record || !isShown(record)) return [];
    // Of an image whose terms are not known here anything may stand against it: an unknown code is a doubt.
    const said = [...(reading.termsOf(record)?.notices ?? ['unknown']), ...notedOf(record, reading.progress.get(record.series))];
    return reservationsOf(record, said, settings?.viewports[index] ?? null);
  });
}

/**
 * What the loader says of the data of the image shown; of a plane or a volume, of any of its images.
 * @param {ViewportRecord} record
 * @param {import('../protocol/control.js').Progress | undefined} progress
 */
function notedOf({ kind, image }, progress) {
  const noted = progress?.noted ?? [];
  return noted.filter(([, first, end]) => kind !== ViewportKind.STACK || (first <= image && image < end)).map(([code]) => code);
}

/**
 * @param {readonly (ViewportRecord | null)[]} records
 * @param {readonly string[][]} each the codes of each viewport
 * @returns {ImagePart}
 */
export function imagePart(records, each) {
  const { codes, zoom } = together(records.map((record, index) => ({ codes: each[index] ?? [], zoom: record?.zoom ?? 1 })));
  const doubts = codes.filter((code) => weightOf(code) === 'doubt');
  const word = doubts[0] ? shortWord(doubts[0]) : '';
  return {
    weight: weightOfAll(codes),
    word,
    more: Math.max(0, doubts.length - 1),
    percent: codes.includes('minified') ? percentWords(zoom) : '',
    codes,
    sentences: codes.map((code) => wordsOf(code)[1]),
  };
}

/**
 * What the badge says beside or instead of the plain word.
 * @param {ImagePart} part
 * @returns {string} nothing = the plain word stands
 */
export function exactWords({ word, more, percent }) {
  if (word) return text.reservations.exact(word, more);
  return percent ? text.reservations.exactAt(percent) : '';
}

/**
 * The gravest that stands against the images, and how many others do.
 * @param {ImagePart} part
 */
export function namedWords({ word, more }) {
  return word && text.reservations.named(word, more);
}

/** Said in a place of their own: beside the zoom, and with the losses. */
const ELSEWHERE = ['minified', 'lossy_data'];

/**
 * What stands in the corner.
 * @param {readonly string[]} codes
 * @returns {Line[]}
 */
export function reservationLines(codes) {
  return codes
    .filter((code) => !ELSEWHERE.includes(code))
    .map((code) => ({ words: shortWord(code), kept: true, ...(weightOf(code) === 'doubt' ? { tone: /** @type {const} */ ('warning') } : {}) }));
}

/** @param {string} code */
export function shortWord(code) {
  return wordsOf(code)[0];
}

/** @param {string} code @returns {readonly [string, string]} */
function wordsOf(code) {
  return text.reservations.words[code] ?? text.reservations.unknown;
}

/** What is less than pixel for pixel never reads as 100 %. @param {number} zoom */
export function percentWords(zoom) {
  return `${zoom < 1 ? Math.min(99, Math.round(zoom * 100)) || '<1' : fixed(zoom * 100, 0)}\u202f%`;
}
