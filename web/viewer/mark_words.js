/** What a mark says: its value, or why it has none. Pure. */

import { toolText } from '../text/en_tools.js';

/**
 * A value that was not measured on the images that are there now must not be read as one: in its place stands why.
 * @param {Pick<import('../protocol/records.js').MarkInfo, 'text' | 'since'>} mark
 */
export function markWords({ text: value, since }) {
  return since ? (toolText.marks.since[since] ?? toolText.marks.notKnown) : value;
}
