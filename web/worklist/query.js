/** What the reader asks of the worklist, and the address that asks it. Pure. */

import { dateRange } from './date_filter.js';

/**
 * @typedef {object} Query
 * @property {string} text
 * @property {string} patient_name
 * @property {string} patient_id
 * @property {string} accession_number
 * @property {string} description
 * @property {string} modality
 * @property {string} date as typed
 * @property {string} sort a column, "-" first for descending
 */

/** @type {Readonly<Query>} */
export const EVERYTHING = Object.freeze({
  text: '',
  patient_name: '',
  patient_id: '',
  accession_number: '',
  description: '',
  modality: '',
  date: '',
  sort: '-study_date',
});

/** @param {Query} query */
export function isFiltered(query) {
  return Object.entries(query).some(([name, value]) => name !== 'sort' && value.trim() !== '');
}

/**
 * The next order when the head of `column` is pressed: dates newest first, everything else from A.
 * @param {string} sort
 * @param {string} column
 */
export function nextSort(sort, column) {
  const first = column.endsWith('_date') ? `-${column}` : column;
  const second = column.endsWith('_date') ? column : `-${column}`;
  return sort === first ? second : first;
}

/**
 * What can be asked: a date that is not understood narrows nothing.
 * @param {Query} query
 * @param {Date} today
 * @returns {{query: Query, bad: string}} `bad` is that date as typed
 */
export function withoutBadDate(query, today) {
  return dateRange(query.date, today) ? { query, bad: '' } : { query: { ...query, date: '' }, bad: query.date.trim() };
}

/**
 * @param {Query} query
 * @param {number} offset
 * @param {number} limit
 * @param {Date} today
 * @returns {string | null} null when the date is not understood
 */
export function worklistPath(query, offset, limit, today) {
  const range = dateRange(query.date, today);
  if (!range) return null;
  const { date: _typed, ...rest } = query;
  const asked = { ...rest, modality: query.modality.toUpperCase(), date_from: range.from, date_to: range.to };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (value.trim() !== '') parameters.set(name, value.trim());
  }
  parameters.set('offset', String(offset));
  parameters.set('limit', String(limit));
  return `api/worklist?${parameters}`;
}
