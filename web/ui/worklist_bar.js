/** The worklist's top: the product, the seat, the user; below it lines that say how complete the list is. */

import { text } from '../text/en.js';
import { listText } from '../text/en_worklist.js';
import { archiveWords } from '../worklist/archive_words.js';
import { element, say } from './element.js';
import { icon } from './icon.js';
import './list_icons.js';

/** @typedef {import('../protocol/records.js').ArchiveStatus} ArchiveStatus */
/** @typedef {import('../seat/phase.js').Phase} Phase */

export class WorklistBar {
  element;
  lines = element('div', { class: 'worklist-lines' });
  #seat = element('span', { class: 'seat-state' });
  #seatSign = element('span', { class: 'seat-sign' });
  #seatWords = element('span');
  #user = element('span', { class: 'user' });
  #admin = element('a', { href: 'admin', class: 'plain-link', hidden: true, 'aria-label': listText.admin }, icon('hosts'), element('span', {}, listText.admin));
  #indexing = element('p', { class: 'line indexing number' });
  // Those that are read out stay in the page while they are empty: only then is what comes into them noticed.
  #missing = element('p', { class: 'line missing', role: 'status' });
  #date = element('p', { class: 'line missing', role: 'status' });
  #problem = element('p', { class: 'line missing', role: 'alert' });
  #browser = element('p', { class: 'line missing', role: 'status' });
  /** Why there is no seat. */
  #reason = element('p', { class: 'line missing seat-reason', role: 'status' });
  #demo = element('p', { class: 'line quiet number' });
  #lacks = '';
  /** @type {() => void} */
  onSignOut = () => undefined;

  constructor() {
    this.#seat.append(this.#seatSign, this.#seatWords);
    const signOut = element(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': listText.signOut,
        'data-tip': listText.signOut,
        onclick: () => this.onSignOut(),
      },
      icon('signOut'),
    );
    this.element = element(
      'header',
      { class: 'top-bar' },
      element('strong', { class: 'brand' }, text.product),
      element('span', { class: 'quiet not-medical' }, text.notMedicalDevice),
      element('span', { class: 'spring' }),
      this.#seat,
      this.#admin,
      this.#user,
      signOut,
    );
    this.lines.append(this.#demo, this.#indexing, this.#date, this.#missing, this.#problem, this.#browser, this.#reason);
    this.seat('connecting', '');
  }

  /** @param {import('../protocol/page.js').Welcome} welcome */
  welcome({ user, role }) {
    this.#user.replaceChildren(icon('user'), user);
    this.#admin.hidden = role !== 'admin';
  }

  /**
   * @param {Phase} phase
   * @param {string} detail why it is not live; nothing = nothing new about it
   */
  seat(phase, detail) {
    this.#seat.dataset.phase = phase;
    if (detail || phase === 'live' || phase === 'connecting') line(this.#reason, detail === this.#lacks ? '' : detail, 'warning');
    const sign = { connecting: 'connection', live: 'check', stale: 'close', reconnecting: 'connection', failed: 'close' };
    this.#seatSign.replaceChildren(icon(sign[phase]));
    say(this.#seatWords, listText.seat[phase]);
  }

  /** @param {readonly ArchiveStatus[]} archives */
  archives(archives) {
    this.problem('');
    this.trouble(archives);
    const scanning = archives.filter((archive) => archive.scanning);
    const seen = scanning.reduce((sum, archive) => sum + archive.files_seen, 0);
    const total = scanning.reduce((sum, archive) => sum + archive.files_total, 0);
    this.#index(scanning.length > 0, seen, total);
  }

  /** @param {readonly ArchiveStatus[]} archives */
  trouble(archives) {
    line(this.#missing, archiveWords(archives, new Date()), 'warning');
  }

  /** @param {import('../protocol/page.js').WorklistChanged} change */
  changed({ scanning, files_seen: seen, files_total: total }) {
    this.#index(scanning, seen, total);
  }

  /**
   * @param {boolean} scanning
   * @param {number} seen
   * @param {number} total
   */
  #index(scanning, seen, total) {
    line(this.#indexing, scanning ? listText.indexing(seen, total) : '', null);
    this.#indexing.style.setProperty('--done', total > 0 ? String(seen / total) : '0');
  }

  /** @param {string | undefined} words what is being done for the demo studies; nothing = nothing */
  demo(words) {
    line(this.#demo, words ?? '', null);
  }

  /** @param {string} message what this browser lacks: it stays, whatever the archives answer */
  browser(message) {
    this.#lacks = message;
    line(this.#browser, message, 'close');
    if (this.#reason.textContent === message) line(this.#reason, '', null);
  }

  /** @param {string} typed a filter by date that is not understood; nothing = there is none */
  date(typed) {
    line(this.#date, typed && listText.badDate(typed), 'warning');
  }

  /** @param {string} message of the last question; nothing = none */
  problem(message) {
    line(this.#problem, message, 'close');
  }
}

/**
 * @param {HTMLElement} target
 * @param {string} words
 * @param {string | null} sign
 */
function line(target, words, sign) {
  if (target.textContent === words) return;
  target.replaceChildren(...(words && sign ? [icon(sign)] : []), ...(words ? [element('span', {}, words)] : []));
}
