/** What the badge says, of the wire and of the image together: green alone is for both (docs/safety.md, rule 9). Pure. */

/** @typedef {import('./fidelity.js').Judgement} Judgement */
/** @typedef {import('./reservations.js').Weight} Weight */
/**
 * anotherPatient: an image of another patient than the study's own is shown; exact: the renderer's bytes, of an image that is plainly what its file says; minified: the same of fewer pixels than it has;
 * reserved: the renderer's bytes, of an image that something stands against.
 * @typedef {'exact' | 'minified' | 'reserved' | 'lossy' | 'anotherPatient' | 'mismatch' | 'notLive' | 'noPicture'} Standing
 */

/**
 * @param {object} shown
 * @param {boolean} shown.hasPicture
 * @param {boolean} shown.isLive
 * @param {Judgement} shown.judgement of the wire
 * @param {Weight | ''} shown.weight of what stands against the images
 * @returns {Standing}
 */
export function standingOf({ hasPicture, isLive, judgement, weight }) {
  if (!hasPicture) return 'noPicture';
  if (!isLive) return 'notLive';
  if (judgement.fidelity === 'lossy' && judgement.why === 'nothing') return 'noPicture';
  if (judgement.why === 'anotherPatient') return 'anotherPatient';
  if (judgement.fidelity !== 'exact') return judgement.fidelity;
  return weight === 'doubt' ? 'reserved' : weight === 'minified' ? 'minified' : 'exact';
}
