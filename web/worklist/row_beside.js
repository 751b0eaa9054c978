/** The study before or after another one in the list, also where the list is only partly loaded. Pure but for what it is given. */

/** @typedef {import('../protocol/records.js').StudyRow} StudyRow */
/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */

/** So many rows are looked through for a study that is not among those loaded. */
const SOUGHT = 5_000;

/**
 * @typedef {object} Listed
 * @property {readonly StudyRow[]} rows those that are loaded, from the first one on
 * @property {number} total how many there are
 * @property {() => Promise<boolean>} extend loads more; whether that changed the rows. Rejected where the server does not answer.
 */

/**
 * The same study of another archive is another row.
 * @param {Listed} list as it is, also after it was extended
 * @param {StudyReference} shown
 * @param {1 | -1} steps
 * @returns {Promise<StudyRow | 'end' | 'unlisted'>} end: there is none on that side; unlisted: `shown` was not found in the list
 */
export async function rowBeside(list, shown, steps) {
  for (;;) {
    const at = placeOf(list.rows, shown);
    const beside = loadedBeside(list.rows, shown, steps);
    if (beside) return beside;
    if (at >= 0 && steps < 0) return 'end';
    const mayHaveMore = list.rows.length < list.total && (at >= 0 || list.rows.length < SOUGHT);
    if (!mayHaveMore || !(await list.extend())) return at < 0 ? 'unlisted' : 'end';
  }
}

/**
 * The same, where it is loaded: it must then be shown in the same task as the key was pressed.
 * @param {readonly StudyRow[]} rows
 * @param {StudyReference} shown
 * @param {1 | -1} steps
 */
export function loadedBeside(rows, shown, steps) {
  const at = placeOf(rows, shown);
  return at < 0 ? null : (rows[at + steps] ?? null);
}

/**
 * @param {readonly StudyRow[]} rows
 * @param {StudyReference} shown
 */
function placeOf(rows, { study, archive }) {
  return rows.findIndex((row) => row.study === study && (!archive || row.archive === archive));
}
