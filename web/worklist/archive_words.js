/** What the worklist says of archives that are not as they should be. Pure. */

import { clockMoment } from '../format/device_clock.js';
import { listText } from '../text/en_worklist.js';

/** @typedef {import('../protocol/records.js').ArchiveStatus} ArchiveStatus */

/**
 * One sentence or more, of all archives; nothing where all is well.
 * @param {readonly ArchiveStatus[]} archives
 * @param {Date} now
 */
export function archiveWords(archives, now) {
  const silent = archives.filter(({ answered, problem }) => !answered && !problem).map(({ archive, title }) => title || archive);
  const words = [silent.length > 0 ? listText.notAnswered(silent.join(', ')) : ''];
  for (const { title, problem, problem_since: since } of archives) {
    if (!problem) continue;
    const name = archives.length > 1 && title && !problem.includes(title) ? title : '';
    words.push(listText.archiveProblem(name, problem, since > 0 ? clockMoment(since * 1000, now.getTime()) : ''));
  }
  return words.filter(Boolean).join(' ');
}

/**
 * The archives of the last answer, with what has just been told of one: trouble is said at once, before the list is asked for
 * anew; that it is over is said by the next answer.
 * @param {readonly ArchiveStatus[]} archives
 * @param {{archive: string, problem: string}} change
 * @returns {readonly ArchiveStatus[]}
 */
export function withTrouble(archives, { archive, problem }) {
  if (!problem) return archives;
  return archives.map((each) => (each.archive !== archive || each.problem === problem ? each : { ...each, problem, problem_since: 0 }));
}
