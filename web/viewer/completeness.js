/** What is not there of a stack, in words: images that the archive lists and that can't be shown, and gaps between the others. Pure. */

import { withUnit } from '../format/number.js';
import { text } from '../text/en.js';

/** @typedef {import('../protocol/records.js').SeriesInfo} SeriesInfo */
/** @typedef {import('../protocol/records.js').GapInfo} GapInfo */
/** @typedef {import('../protocol/control.js').Progress} Progress */

/** More gaps than these are counted only. */
const MOST_SAID = 3;

/**
 * How many images can be shown, of how many that the archive lists. What is still being loaded counts as if it were there.
 * @param {SeriesInfo} series
 * @param {Progress | null} progress
 */
export function counted(series, progress) {
  const failed = progress?.failures ?? 0;
  return { images: series.images - failed, declared: Math.max(series.declared_images, series.images) };
}

/**
 * Lines for a viewport: nothing where all is there and even.
 * @param {SeriesInfo} series
 * @param {Progress | null} progress
 * @returns {string[]}
 */
export function completenessLines(series, progress) {
  const { images, declared } = counted(series, progress);
  const count = images < declared ? [text.completeness.images(images, declared)] : [];
  return [...count, ...gapLines(series)];
}

/**
 * For a thumbnail: how many gaps there are, else whether it is uneven in another way; nothing where it is even.
 * @param {SeriesInfo} series
 */
export function unevenWords({ gaps }) {
  const count = gaps.filter(({ kind }) => kind === 'missing').reduce((sum, gap) => sum + placesOf(gap), 0);
  if (gaps.some(({ kind }) => kind === 'more')) return text.completeness.many;
  return count > 0 ? text.completeness.gaps(count) : gaps.length > 0 ? text.completeness.uneven : '';
}

/** How many places an entry is of. @param {GapInfo} gap */
function placesOf({ kind, after, until, count }) {
  return kind === 'more' ? count : kind === 'together' ? 1 : until - after + 1;
}

/** @param {SeriesInfo} series */
function gapLines(series) {
  const { gaps } = series;
  const said = gaps.filter(({ kind }) => kind !== 'more').slice(0, MOST_SAID);
  const rest = gaps.filter((gap) => !said.includes(gap)).reduce((sum, gap) => sum + placesOf(gap), 0);
  const isKnown = isCounted(series);
  return [...said.map((gap) => gapWords(gap, isKnown)), ...(rest > 0 ? [text.completeness.more(rest)] : [])];
}

/** Whether the archive lists just as many images more as there should be by the distances. @param {SeriesInfo} series */
function isCounted({ gaps, declared_images: declared, images }) {
  if (gaps.some(({ kind }) => kind === 'more')) return false;
  return declared - images === gaps.filter(({ kind }) => kind === 'missing').reduce((sum, gap) => sum + gap.count * placesOf(gap), 0);
}

/**
 * @param {GapInfo} gap
 * @param {boolean} isCounted the archive's list says the same
 */
function gapWords({ kind, after, until, count, millimetres, usual }, isCounted) {
  const { completeness } = text;
  // Where a place has fewer images than the others have, nothing is guessed from distances.
  if (kind === 'missing') return completeness.missing(count, isCounted || millimetres === 0, after, until);
  if (kind === 'spacing') return completeness.spacing(withUnit(millimetres, 2, 'mm'), withUnit(usual, 2, 'mm'), after, until);
  return after === until ? completeness.together(count, after - 1) : completeness.togetherEach(count, after, until + count - 1);
}
