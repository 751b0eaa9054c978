/** What is said when a study opens: as you left it, or what is another since. */

import { clockMoment } from '../format/device_clock.js';
import { personName } from '../format/person_name.js';
import { resumedText } from '../text/en_resumed.js';

/** @typedef {import('../protocol/control.js').Opened} Opened */
/** @typedef {import('../protocol/records.js').ContentChange} ContentChange */
/** @typedef {Pick<import('../protocol/records.js').StudyInfo, 'patient_name' | 'patient_id' | 'birth_date'>} Person */

/**
 * When, by the clock of the reader's device, and how a view was left; empty where none was taken up.
 * @param {Pick<Opened, 'resumed_at' | 'resumed_words' | 'changes'>} opened
 */
export function resumedWords(opened) {
  if (!opened.resumed_at) return '';
  const said = opened.changes.length > 0 ? resumedText.leftAt : resumedText.asLeft;
  return said(clockMoment(opened.resumed_at * 1000), opened.resumed_words);
}

/**
 * What is another since, of the view and of the marks, in sentences.
 * @param {readonly ContentChange[]} changes
 */
export function changeWords(changes) {
  return changes.map((each) => words(each)).filter(Boolean).join(' ');
}

/** @param {ContentChange} change */
function words({ of, change, series_number: number, count }) {
  const marks = of === 'marks';
  if (change === 'unknown') return marks ? resumedText.marksUnknown : resumedText.viewUnknown;
  const sentence = (marks ? resumedText.marks : resumedText.view)[change];
  return sentence ? sentence(count, resumedText.series(number)) : '';
}

/**
 * That a study names another patient than it did on this page a moment ago: another host or archive says so, or its files were replaced.
 * @param {Readonly<Person> | null} before
 * @param {Readonly<Person>} now
 */
export function patientWords(before, now) {
  if (!before) return '';
  const isSame = before.patient_name === now.patient_name && before.patient_id === now.patient_id && before.birth_date === now.birth_date;
  return isSame ? '' : resumedText.anotherPatient(`${personName(before.patient_name) || '–'} (${before.patient_id || '–'})`);
}

/**
 * Says both: what passes in the line of messages, what must be acknowledged in one that stays until it is.
 * @param {Pick<import('../ui/message_bar.js').MessageBar, 'say' | 'stand'>} messages
 * @param {Opened} opened
 * @param {(message: import('../protocol/control.js').FromPage) => void} send to the host
 * @param {import('../protocol/records.js').StudyInfo | null} [study] what was said of it when this page opened it before
 * @param {boolean} [lostUndo] what was done before on this page can't be undone any more
 */
export function sayOpened(messages, opened, send, study = null, lostUndo = false) {
  // Who goes on has not left.
  const said = [opened.goes_on ? '' : resumedWords(opened), lostUndo ? resumedText.undoLost : '', ...opened.notices].filter(Boolean);
  if (said.length > 0) messages.say(opened.notices.length > 0 ? 'warning' : 'info', said.join(' '));
  const { session, changes, unnoted } = opened;
  const before = changeWords(unnoted ?? []);
  const another = study ? patientWords(study, opened.study) : '';
  const standing = [another, changeWords(changes), before && resumedText.before(before)].filter(Boolean).join(' ');
  messages.stand(standing, `${session} ${JSON.stringify([another, changes, unnoted])}`, () => {
    if (unnoted) send({ type: 'changes.noted', session });
  });
}
