/** Who somebody is, in one line, and what is said where the files of a study do not agree about it. Pure. */

import { birthWords } from '../format/dicom_date.js';
import { personName } from '../format/person_name.js';
import { text } from '../text/en.js';

/** @typedef {import('../protocol/records.js').PatientInfo} PatientInfo */
/** @typedef {import('../protocol/records.js').StudyInfo} StudyInfo */
/** @typedef {{words: string, tip: string, isWarning: boolean}} PatientDoubt */

/**
 * @param {PatientInfo} person
 * @param {string} studyDate DA
 */
export function personLine({ patient_name: name, patient_id: id, issuer, birth_date: birth, sex }, studyDate) {
  const { patient } = text;
  const born = birthWords(birth, studyDate);
  return [
    personName(name) || patient.noName,
    (id || patient.noId) + (issuer ? ` (${issuer})` : ''),
    born ? `${patient.born} ${born}` : patient.unknownBirth,
    patient.sex[sex] ?? patient.unknownSex,
  ].join(' · ');
}

/**
 * What stands beside the name as long as the study is open, the gravest of it.
 * @param {Pick<StudyInfo, 'likeness' | 'spellings' | 'people' | 'study_date'>} study
 * @returns {PatientDoubt | null} null = all files agree
 */
export function patientDoubt({ likeness, spellings, people, study_date: date }) {
  const line = (/** @type {PatientInfo} */ person) => personLine(person, date);
  const also = spellings.length > 0 ? text.likeness.also(spellings.map(line).join('; ')) : '';
  if (people.length > 0) {
    const others = people.map((person) => text.likeness.another(line(person)));
    return { words: text.likeness.bar(people.length), tip: [...others, text.likeness.barMore, also].filter(Boolean).join(' '), isWarning: true };
  }
  if (likeness === 'doubtful') return { words: text.likeness.doubtful, tip: also, isWarning: true };
  return likeness === 'spelling' ? { words: text.likeness.spelling, tip: also, isWarning: false } : null;
}
