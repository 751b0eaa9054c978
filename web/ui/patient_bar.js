/** Who is shown: name, ID with issuer, birth date, sex, age, study date and description. No setting removes it. */

import { ageWords, birthWords, dicomDate, dicomTime } from '../format/dicom_date.js';
import { personName } from '../format/person_name.js';
import { text } from '../text/en.js';
import { patientDoubt } from '../viewer/patient_words.js';
import { element, say } from './element.js';

/** @typedef {import('../protocol/records.js').StudyInfo} StudyInfo */
/** @typedef {import('../protocol/records.js').StudyRow} StudyRow */

export class PatientBar extends HTMLElement {
  #name = element('strong', { class: 'patient-name' });
  #id = element('span', { class: 'patient-id' });
  #birth = element('span', { class: 'patient-birth' });
  #person = element('span');
  /** Stays as long as the study is open: what the files do not agree about. */
  #doubt = element('span', { class: 'patient-doubt', role: 'status', tabindex: 0, hidden: true });
  #date = element('span', { class: 'study-date' });
  #description = element('span', { class: 'study-description' });
  #unsaved = element('span', { class: 'not-saved', role: 'alert', tabindex: 0, hidden: true });
  #start = element('div', { class: 'bar-start' });
  #end = element('div', { class: 'bar-end' });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const identity = element(
      'div',
      { class: 'identity' },
      this.#name,
      this.#id,
      this.#birth,
      this.#person,
      this.#doubt,
      this.#date,
      this.#description,
    );
    this.append(this.#start, identity, this.#unsaved, this.#end);
  }

  /** Where controls before the name go. */
  get start() {
    return this.#start;
  }

  /** Where badge and controls after the study go. */
  get end() {
    return this.#end;
  }

  /**
   * @param {boolean} stands whether marks are not saved
   * @param {string} problem why; nothing = not known yet
   */
  notSaved(stands, problem) {
    this.#unsaved.hidden = !stands;
    say(this.#unsaved, stands ? text.bar.notSaved : '');
    this.#unsaved.dataset.tip = problem || text.bar.notSavedYet;
    this.#unsaved.setAttribute('aria-description', problem || text.bar.notSavedYet);
  }

  /** @param {StudyInfo | StudyRow | null} study null = none is chosen, or it is not known yet */
  show(study) {
    const { patient } = text;
    say(this.#name, study ? personName(study.patient_name) || patient.noName : '');
    const issuer = study?.issuer ? ` (${study.issuer})` : '';
    say(this.#id, study ? `${study.patient_id || patient.noId}${issuer}` : '');
    const born = study && birthWords(study.birth_date, study.study_date);
    say(this.#birth, study ? (born ? `${patient.born} ${born}` : patient.unknownBirth) : '');
    say(this.#person, study ? personWords(study) : '');
    const doubt = study && 'likeness' in study ? patientDoubt(study) : null;
    this.#doubt.hidden = !doubt;
    say(this.#doubt, doubt?.words ?? '');
    this.#doubt.dataset.tip = doubt?.tip ?? '';
    this.#doubt.setAttribute('aria-description', doubt?.tip ?? '');
    this.#doubt.classList.toggle('warning', doubt?.isWarning ?? false);
    say(this.#date, study ? [dicomDate(study.study_date) || patient.noDate, dicomTime(study.study_time)].join(' ') : '');
    say(this.#description, study ? study.description || patient.noDescription : '');
  }
}

/** @param {StudyInfo | StudyRow} study */
function personWords(study) {
  const sex = text.patient.sex[study.sex] ?? text.patient.unknownSex;
  const age = ageWords('age' in study ? study.age : '', study.birth_date, study.study_date);
  return [sex, age].filter(Boolean).join(', ');
}

customElements.define('fv-patient-bar', PatientBar);
