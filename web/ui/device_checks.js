/** The last device checks that readers have sent, for the administrator: one line each, the whole result when it is opened. */

import { clockMoment } from '../format/device_clock.js';
import { adminText } from '../text/en_admin.js';
import { element } from './element.js';

/** @typedef {{id: string, outcome: string, words: string}} CheckRow */
/** @typedef {{at: number, user: string, agent: string, rows: CheckRow[]}} Checked */

export class DeviceChecks {
  element = element('section', { class: 'device-checks', hidden: true });
  #list = element('div');
  #newest = 0;

  constructor() {
    this.element.append(element('h2', {}, adminText.checks), this.#list);
  }

  /** @param {readonly Checked[]} checks newest first */
  show(checks) {
    this.element.hidden = checks.length === 0;
    const newest = checks[0]?.at ?? 0;
    // What is open stays open while nothing new has come.
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.#list.replaceChildren(...checks.map(oneCheck));
  }
}

/** @param {CheckRow} row */
function line({ id, outcome, words }) {
  return element('li', { 'data-outcome': outcome }, `${id}: ${outcome}. ${words}`);
}

/** @param {Checked} checked */
function oneCheck({ at, user, agent, rows }) {
  const of = (/** @type {string} */ outcome) => rows.filter((row) => row.outcome === outcome).map(({ id }) => id);
  const when = clockMoment(at * 1000);
  return element(
    'details',
    {},
    element('summary', { class: 'number' }, [when, user, adminText.checked(of('bad').join(', '), of('weak').join(', '))].join(' · ')),
    element('p', { class: 'quiet' }, agent),
    element('ul', {}, ...rows.map(line)),
  );
}
