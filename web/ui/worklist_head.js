/** The worklist's head: each column's name sorts, and under it stands the column's filter. */

import { nextSort } from '../worklist/query.js';
import { listText } from '../text/en_worklist.js';
import { element } from './element.js';

/** @typedef {import('../worklist/query.js').Query} Query */
/** @typedef {keyof typeof listText.columns} Column */

/** Column, what it sorts by, and which part of the query it filters. @type {readonly [Column, string, keyof Query | ''][]} */
const COLUMNS = [
  ['patient_name', 'patient_name', 'patient_name'],
  ['patient_id', 'patient_id', 'patient_id'],
  ['birth_date', '', ''],
  ['study_date', 'study_date', 'date'],
  ['modality', '', 'modality'],
  ['description', 'description', 'description'],
  ['accession_number', 'accession_number', 'accession_number'],
  ['counts', '', ''],
];

export class WorklistHead {
  element;
  /** @type {Map<string, HTMLInputElement>} */
  #inputs = new Map();
  /** @type {Map<string, HTMLTableCellElement>} */
  #cells = new Map();
  /** @type {Query} */
  #query;

  /**
   * @param {Query} query
   * @param {(query: Query, now: boolean) => void} change
   */
  constructor(query, change) {
    this.#query = query;
    const names = COLUMNS.map(([column, sort]) => {
      const title = listText.columns[column];
      const cell = element('th', { scope: 'col', class: column });
      if (sort) {
        const label = listText.sortBy(title);
        const press = () => change({ ...this.#query, sort: nextSort(this.#query.sort, sort) }, true);
        cell.append(element('button', { type: 'button', class: 'sort', 'aria-label': label, onclick: press }, title));
        this.#cells.set(sort, cell);
      } else cell.append(element('span', {}, title));
      return cell;
    });
    const filters = COLUMNS.map(([column, , part]) => {
      const cell = element('td', { class: column });
      if (part) cell.append(this.#input(column, part, change));
      return cell;
    });
    this.element = element('thead', {}, element('tr', {}, ...names), element('tr', { class: 'filters' }, ...filters));
    this.update(query);
  }

  /**
   * @param {Column} column
   * @param {keyof Query} part
   * @param {(query: Query, now: boolean) => void} change
   */
  #input(column, part, change) {
    const hint = /** @type {Record<string, string>} */ (listText.filters)[part];
    const label = listText.filterBy(listText.columns[column]);
    const input = element('input', {
      type: 'text',
      placeholder: hint,
      'aria-label': label,
      autocomplete: 'off',
      spellcheck: 'false',
      name: part,
      oninput: () => change({ ...this.#query, [part]: input.value }, false),
    });
    this.#inputs.set(part, input);
    return input;
  }

  /** The fields of the filters. */
  get inputs() {
    return [...this.#inputs.values()];
  }

  /** @param {Query} query */
  update(query) {
    this.#query = query;
    for (const [part, input] of this.#inputs) {
      const value = query[/** @type {keyof Query} */ (part)];
      if (input.value !== value) input.value = value;
    }
    for (const [sort, cell] of this.#cells) {
      const order = { [sort]: 'ascending', [`-${sort}`]: 'descending' }[query.sort];
      if (order) cell.setAttribute('aria-sort', order);
      else cell.removeAttribute('aria-sort');
    }
  }

  /** @param {boolean} bad whether the date filter is not understood */
  badDate(bad) {
    const input = this.#inputs.get('date');
    if (!input) return;
    input.setAttribute('aria-invalid', String(bad));
  }
}
