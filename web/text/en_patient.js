/** What is said where files of one study do not agree about the patient; a part of en.js. */

export const likenessText = {
  /** @param {string} person */
  another: (person) => `Another patient: ${person}`,
  /** @param {number} count */
  bar: (count) => (count === 1 ? 'Also holds images of another patient' : `Also holds images of ${count} other patients`),
  barMore: 'Their series are framed and named, never shown beside this patient’s, not measured and not proven. Have the archive put right.',
  doubtful: 'The files disagree about the patient',
  spelling: 'Written in several ways',
  /** @param {string} people */
  also: (people) => `Some files say: ${people}.`,
  strip: 'another patient',
};
