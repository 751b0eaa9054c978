/** Why a stack is only a part of its series, in words. Pure. */

import { text } from '../text/en.js';

/**
 * @param {import('../protocol/records.js').SeriesInfo} series
 * @returns {string} nothing = it is the whole series
 */
export function partWords({ part }) {
  return (part ?? []).map(([code, value]) => text.parts.part(code, value)).join(' · ');
}
