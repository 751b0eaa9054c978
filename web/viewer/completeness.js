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
  return [...count, ...gapLines(series.gaps)];
}

/**
 * For a thumbnail: how many gaps there are, else whether it is uneven in another way; nothing where it is even.
 * @param {SeriesInfo} series
 */
export function unevenWords({ gaps }) {
  const count = gaps.filter(({ kind }) => kind === 'missing').length;
  if (gaps.some(({ kind }) => kind === 'more')) return text.completeness.many;
  return count > 0 ? text.completeness.gaps(count) : gaps.length > 0 ? text.completeness.uneven : '';
}

/** @param {readonly GapInfo[]} gaps */
function gapLines(gaps) {
  const said = gaps.filter(({ kind }) => kind !== 'more').slice(0, MOST_SAID);
  const total = gaps.reduce((sum, gap) => sum + (gap.kind === 'more' ? gap.count : 1), 0);
  const rest = total - said.length;
  return [...said.map(gapWords), ...(rest > 0 ? [text.completeness.more(rest)] : [])];
}

/** @param {GapInfo} gap */
function gapWords({ kind, after, until, count, millimetres, usual }) {
  const { completeness } = text;
  if (kind === 'missing') return completeness.missing(count, after, until);
  if (kind === 'spacing') return completeness.spacing(withUnit(millimetres, 2, 'mm'), withUnit(usual, 2, 'mm'), after, until);
  return after === until ? completeness.together(count, after - 1) : completeness.togetherEach(count, after, until + count - 1);
}
