/** A study ↔ the address that opens it: UIDs only, nothing of the patient. Pure. */

/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */

/**
 * @param {StudyReference} reference
 * @returns {string}
 */
export function studyAddress({ study, archive, series, image }) {
  const parameters = new URLSearchParams({ study });
  if (archive) parameters.set('archive', archive);
  if (series) parameters.set('series', series);
  if (image) parameters.set('image', String(image));
  return `viewer?${parameters}`;
}

/**
 * @param {URL | Location} address
 * @returns {StudyReference | null} null when it names no study
 */
export function studyOf(address) {
  const parameters = new URLSearchParams(address.search);
  const study = parameters.get('study') ?? '';
  if (!address.pathname.endsWith('/viewer') || study === '') return null;
  const image = Number(parameters.get('image') ?? 0);
  return {
    study,
    archive: parameters.get('archive') ?? '',
    series: parameters.get('series') ?? '',
    image: Number.isInteger(image) && image > 0 ? image : 0,
  };
}
