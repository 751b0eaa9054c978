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
  const months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0);
  if (months < 0 || months >= (OLDEST_YEARS + 1) * 12) return '';
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
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

/**
 * A moment of this device's clock, "14:03:22".
 * @param {number} time Date.now, ms
 */
export function clockTime(time) {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
