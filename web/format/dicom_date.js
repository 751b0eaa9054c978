/** DICOM dates and times (DA, TM) as readers write them: the month always in letters, so that no two can be confused. Pure. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * "20240309" → "9 Mar 2024". What is no date is shown as it is.
 * @param {string} date
 */
export function dicomDate(date) {
  const parts = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(date.trim());
  if (!parts) return date.trim();
  const month = MONTHS[Number(parts[2]) - 1];
  return month ? `${Number(parts[3])} ${month} ${parts[1]}` : date.trim();
}

/**
 * "140322.25" → "14:03".
 * @param {string} time
 */
export function dicomTime(time) {
  const parts = /^(\d{2}):?(\d{2})/.exec(time.trim());
  return parts ? `${parts[1]}:${parts[2]}` : '';
}

/**
 * PatientAge (AS): "045Y" → "45 y".
 * @param {string} age
 */
export function dicomAge(age) {
  const parts = /^(\d{3})([DWMY])$/.exec(age.trim());
  if (!parts) return age.trim();
  const unit = { D: 'd', W: 'wk', M: 'mo', Y: 'y' }[parts[2]];
  return `${Number(parts[1])} ${unit}`;
}

/**
 * The age at a study in whole years (months below two years), from two DA.
 * @param {string} birth
 * @param {string} study
 */
export function ageAt(birth, study) {
  if (!/^\d{8}$/.test(birth) || !/^\d{8}$/.test(study)) return '';
  const months =
    (Number(study.slice(0, 4)) - Number(birth.slice(0, 4))) * 12 +
    (Number(study.slice(4, 6)) - Number(birth.slice(4, 6))) -
    (study.slice(6) < birth.slice(6) ? 1 : 0);
  if (months < 0) return '';
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y`;
}

/**
 * A moment of this device's clock, "14:03:22".
 * @param {number} time Date.now, ms
 */
export function clockTime(time) {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
