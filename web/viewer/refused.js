/** What an empty viewport says: to choose a series, or why there is none to choose. Pure. */

import { text } from '../text/en.js';

/** More reasons than these stand on the thumbnails only. */
const MOST_SAID = 3;

/** @param {readonly Pick<import('../protocol/records.js').SeriesInfo, 'fault'>[]} series of the open study */
export function emptyWords(series) {
  if (series.length === 0 || series.some(({ fault }) => !fault)) return text.corner.empty;
  return [...new Set(series.map(({ fault }) => fault))].slice(0, MOST_SAID).join(' ');
}
