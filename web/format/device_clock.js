/**
 * Moments of this device's clock and zone, written as the dates of files are (format/dicom_date.js): months in letters, hours to 24.
 *
 * Not by Intl.DateTimeFormat: the first of its kind costs a slow device's page more than a round trip, while its first picture is due.
 */

import { dicomDate } from './dicom_date.js';

/**
 * "14:03:22".
 * @param {number} time Date.now, ms
 */
export function clockTime(time) {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/**
 * "14:03", and the day where it is not today: "14:03, 9 Mar 2024".
 * @param {number} time Date.now, ms
 * @param {number} [now] ms
 */
export function clockMoment(time, now = Date.now()) {
  const [date, today] = [new Date(time), new Date(now)];
  const hour = clockTime(time).slice(0, 5);
  const day = [String(date.getFullYear()).padStart(4, '0'), ...[date.getMonth() + 1, date.getDate()].map(twoDigits)].join('');
  return date.toDateString() === today.toDateString() ? hour : `${hour}, ${dicomDate(day)}`;
}

/** @param {number} part */
function twoDigits(part) {
  return String(part).padStart(2, '0');
}
