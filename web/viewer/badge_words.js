/** What the badge says: the gravest of what stands against the picture, and beside it the gravest that stands against the image. Pure. */

import { text } from '../text/en.js';
import { exactWords, namedWords } from './reservations.js';

/** @typedef {import('../picture/fidelity.js').Judgement} Judgement */
/** @typedef {import('../picture/standing.js').Standing} Standing */
/** @typedef {import('./reservations.js').ImagePart} ImagePart */

/**
 * @param {Standing} standing
 * @param {Judgement} judgement
 * @param {ImagePart} image
 * @param {string} ratio "41:1", or nothing
 * @returns {{words: string, aside: string}} words: in the place of the standing's plain word; nothing = it stands itself
 */
export function badgeWords(standing, judgement, image, ratio) {
  if (standing === 'exact' || standing === 'minified' || standing === 'reserved') return { words: exactWords(image), aside: '' };
  if (standing !== 'lossy' && standing !== 'anotherPatient') return { words: '', aside: '' };
  const named = text.badge.reasons[judgement.why] ?? '';
  return { words: named, aside: [named ? '' : ratio, namedWords(image)].filter(Boolean).join(' · ') };
}

/** Whether the badge names the reason itself. @param {Judgement} judgement */
export function isNamed({ why }) {
  return why in text.badge.reasons;
}
