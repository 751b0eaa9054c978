/** The rows of the worklist: one study each, a link that can also be opened in another tab. */

import { birthWords, dicomDate, dicomTime } from '../format/dicom_date.js';
import { personName } from '../format/person_name.js';
import { studyAddress } from '../worklist/study_address.js';
import { text } from '../text/en.js';
import { element } from './element.js';

/** @typedef {import('../protocol/records.js').StudyRow} StudyRow */

/** Rows that were made: each has a name of its own in the page. */
let made = 0;

/**
 * @param {StudyRow} row
 * @returns {HTMLTableRowElement}
 */
export function studyRow(row) {
  const href = studyAddress({ study: row.study, archive: row.archive });
  const name = personName(row.patient_name) || text.patient.noName;
  const cells = [
    element('td', { class: 'patient_name' }, element('a', { href, tabindex: -1, draggable: 'false' }, name), problem(row)),
    element('td', { class: 'patient_id number' }, row.patient_id || text.patient.noId),
    element('td', { class: 'birth_date number' }, birthWords(row.birth_date, row.study_date)),
    element(
      'td',
      { class: 'study_date number' },
      dicomDate(row.study_date),
      element('span', { class: 'quiet' }, ` ${dicomTime(row.study_time)}`),
    ),
    element('td', { class: 'modality' }, ...row.modalities.map((modality) => element('span', { class: 'chip' }, modality))),
    element('td', { class: 'description' }, row.description, problem(row)),
    element('td', { class: 'accession_number number' }, row.accession_number),
    element('td', { class: 'counts number' }, `${row.series_count} · ${row.image_count}`),
  ];
  made += 1;
  return element(
    'tr',
    {
      id: `study-row-${made}`,
      role: 'row',
      'data-study': row.study,
      'data-archive': row.archive,
      'data-modality': row.modalities.join(' '),
      'aria-selected': 'false',
    },
    ...cells,
  );
}

/** Said in the description, and where there is no room for one, under the name: one of both is displayed. @param {StudyRow} row */
function problem({ problem: words }) {
  return words && element('span', { class: 'problem' }, words);
}

/** What makes a row the same row. @param {StudyRow} row */
export function rowKey({ archive, study }) {
  return `${archive} ${study}`;
}
