/** DICOM dates and times (DA, TM) as readers write them: the month always in letters, so that no two can be confused. Pure. */

import { text } from '../text/en.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Begins what the host could not read: as it is written, behind this. The rule is that of streamer/dicom/date_text.py. */
const UNREADABLE = '!';
/** Nobody is older. */
const OLDEST_YEARS = 150;

/**
 * "20240309" → "9 Mar 2024". What is written but is no day of the calendar is named so, as it is written.
 * @param {string} date DA
 */
export function dicomDate(date) {
  const day = calendarDay(date);
  return day ? `${day.day} ${MONTHS[day.month - 1]} ${String(day.year).padStart(4, '0')}` : unreadable(date);
}

/**
 * "140322.25" → "14:03".
 * @param {string} time TM
 */
export function dicomTime(time) {
  const parts = /^(\d{2})(?:(:?)(\d{2})(?:\2(\d{2})(?:\.\d{1,9})?)?)?$/.exec(time.trim());
  if (!parts) return unreadable(time);
  const [, hour, , minute, second] = parts;
  if (Number(hour) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60) return unreadable(time);
  return minute === undefined ? `${hour} h` : `${hour}:${minute}`;
}

/**
 * PatientAge (AS): "045Y" → "45 y".
 * @param {string} age
 */
export function dicomAge(age) {
  const parts = /^(\d{3})([DWMY])$/.exec(age.trim());
  if (!parts || (parts[2] === 'Y' && Number(parts[1]) > OLDEST_YEARS)) return unreadable(age);
  const unit = { D: 'd', W: 'wk', M: 'mo', Y: 'y' }[parts[2]];
  return `${Number(parts[1])} ${unit}`;
}

/**
 * The age at a study in whole years (months below two years), from two DA; nothing where one is no date, or nobody reaches that age.
 * @param {string} birth
 * @param {string} study
 */
export function ageAt(birth, study) {
  const [from, to] = [calendarDay(birth), calendarDay(study)];
  if (!from || !to) return '';
  const months = wholeMonths(from, to);
  if (months < 0 || months >= (OLDEST_YEARS + 1) * 12) return '';
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
}

/**
 * A birth date as dicomDate has it, with a question mark where it is after the study or nobody reaches that age: "1 Jan 2030 ?".
 * @param {string} birth
 * @param {string} study
 */
export function birthWords(birth, study) {
  const [from, to] = [calendarDay(birth), calendarDay(study)];
  return from && to && !ageAt(birth, study) ? text.doubted(dicomDate(birth)) : dicomDate(birth);
}

/**
 * The age at the study: what the file states, else what birth and study date give. Where they contradict each other by more than
 * one unit of what is stated, neither is believed; nor is a stated one beside a birth date that can't be.
 * @param {string} stated AS
 * @param {string} birth DA
 * @param {string} study DA
 */
export function ageWords(stated, birth, study) {
  const computed = ageAt(birth, study);
  const words = dicomAge(stated);
  const count = Number(stated.trim().slice(0, 3));
  const [from, to] = [calendarDay(birth), calendarDay(study)];
  if (!from || !to || !words || words === unreadable(stated)) return words || computed;
  if (!computed) return text.doubted(words);
  const days = (utc(to) - utc(from)) / 86_400_000;
  const months = wholeMonths(from, to);
  /** @type {Record<string, [age: number, slack: number]>} */
  const ages = { D: [days, 7], W: [Math.floor(days / 7), 1], M: [months, 1], Y: [Math.floor(months / 12), 1] };
  const [age, slack] = ages[stated.trim()[3]];
  return Math.abs(age - count) <= slack ? words : text.patient.unclearAge(words, computed);
}

/** @typedef {{year: number, month: number, day: number}} Day */

/** @param {Day} from @param {Day} to */
function wholeMonths(from, to) {
  return (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
}

/** @param {Day} day */
function utc({ year, month, day }) {
  return Date.UTC(year, month - 1, day);
}

/**
 * The day that a DA names; null where there is none such.
 * @param {string} date
 */
function calendarDay(date) {
  const parts = /^(\d{4})([.-]?)(\d{2})\2(\d{2})$/.exec(date.trim());
  if (!parts) return null;
  const [year, month, day] = [parts[1], parts[3], parts[4]].map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= last ? { year, month, day } : null;
}

/** What can't be read, named so. @param {string} written */
function unreadable(written) {
  const words = written.trim().replace(UNREADABLE, '');
  return words ? text.unreadable(words) : '';
}
