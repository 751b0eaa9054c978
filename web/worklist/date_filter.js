/** What a reader types into the date filter → first and last day (DA). Pure. */

/** @typedef {{from: string, to: string}} DateRange both DA or empty */

/**
 * "today", "yesterday", "7d", "2024", "2024-03", "2024-03-05" (also with dots or without signs), and ranges "a..b", "a..", "..b".
 * @param {string} typed
 * @param {Date} today
 * @returns {DateRange | null} null when it is not understood
 */
export function dateRange(typed, today) {
  const words = typed.trim().toLowerCase();
  if (words === '') return { from: '', to: '' };
  const ends = words.split(/\s*\.\.\s*/);
  if (ends.length === 2 && words.includes('..')) {
    const first = ends[0] ? span(ends[0], today) : { from: '', to: '' };
    const last = ends[1] ? span(ends[1], today) : { from: '', to: '' };
    return first && last ? { from: first.from, to: last.to } : null;
  }
  return span(words, today);
}

/**
 * @param {string} words
 * @param {Date} today
 * @returns {DateRange | null}
 */
function span(words, today) {
  if (words === 'today') return { from: da(today), to: da(today) };
  if (words === 'yesterday') return { from: da(daysBefore(today, 1)), to: da(daysBefore(today, 1)) };
  const days = /^(\d{1,4})\s*d$/.exec(words);
  if (days) return { from: da(daysBefore(today, Number(days[1]))), to: da(today) };
  const parts = /^(\d{4})(?:[-./]?(\d{1,2})(?:[-./]?(\d{1,2}))?)?$/.exec(words);
  if (!parts) return null;
  const [, year, month, day] = parts;
  if (!month) return { from: `${year}0101`, to: `${year}1231` };
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || (day && (Number(day) < 1 || Number(day) > last))) return null;
  const stem = `${year}${month.padStart(2, '0')}`;
  return { from: `${stem}${(day ?? '1').padStart(2, '0')}`, to: `${stem}${(day ?? String(last)).padStart(2, '0')}` };
}

/** @param {Date} date */
function da(date) {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0')).join('');
}

/**
 * @param {Date} date
 * @param {number} days
 */
function daysBefore(date, days) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days);
}
