/** The worklist: one table that searches, sorts, filters, moves by keys, and tells how complete it is. */

import { openingClick } from '../input/opening_click.js';
import { request } from '../signaling/http.js';
import { withTrouble } from '../worklist/archive_words.js';
import { EVERYTHING, isFiltered, withoutBadDate, worklistPath } from '../worklist/query.js';
import { loadedBeside, rowBeside } from '../worklist/row_beside.js';
import { listText } from '../text/en_worklist.js';
import { element, say } from './element.js';
import { icon } from './icon.js';
import { WorklistBar } from './worklist_bar.js';
import { WorklistHead } from './worklist_head.js';
import { rowKey, studyRow } from './worklist_rows.js';

/** @typedef {import('../worklist/query.js').Query} Query */
/** @typedef {import('../protocol/records.js').StudyRow} StudyRow */
/** @typedef {import('../protocol/records.js').WorklistPage} WorklistPage */

const PAGE = 100;
const TYPING_MS = 150;
const CHANGED_MS = 400;
const MOST = 500;
/** A hand that moved over the rows this recently is about to press one: they must not slide under it. */
const HAND_MS = 1_500;

export class Worklist extends HTMLElement {
  /** @type {Query} */
  #query = { ...EVERYTHING };
  /** @type {StudyRow[]} */
  #rows = [];
  #total = 0;
  #selected = 0;
  #body = element('tbody');
  #state = element('div', { class: 'worklist-state', role: 'status', hidden: true });
  #scroller = element('div', { class: 'worklist-scroller' });
  #search = element('input', {
    type: 'search',
    placeholder: listText.search,
    'aria-label': listText.search,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  #count = element('span', { class: 'worklist-count number', role: 'status' });
  bar = new WorklistBar();
  #head = new WorklistHead(this.#query, (query, now) => this.#ask(query, now));
  #table = element('table', { id: 'worklist', role: 'grid', tabindex: 0, 'aria-label': listText.title }, this.#head.element, this.#body);
  #timer = 0;
  #changing = 0;
  /** @type {AbortController | null} */
  #asking = null;
  /** The newest question. @type {Promise<void>} */
  #latest = Promise.resolve();
  #awake = false;
  /** @type {Promise<boolean> | null} */
  #extending = null;
  #handAt = -Infinity;
  /** The rows are not yet those of the query. */
  #pending = false;
  #openOnly = false;
  /** The study that was read last, until its row is listed. @type {import('../protocol/records.js').StudyReference | null} */
  #read = null;
  /** @type {(row: StudyRow) => void} */
  onOpen = () => undefined;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const search = element('label', { class: 'search' }, icon('search'), this.#search);
    this.#search.setAttribute('aria-controls', this.#table.id);
    this.#scroller.append(this.#table, this.#state);
    this.append(this.bar.element, element('div', { class: 'worklist-tools' }, search, this.#count), this.bar.lines, this.#scroller);
    this.#search.addEventListener('input', () => this.#ask({ ...this.#query, text: this.#search.value }, false));
    this.#body.addEventListener('click', (event) => this.#click(event));
    this.#body.addEventListener('pointermove', (event) => {
      this.#handAt = event.timeStamp;
    });
    this.#scroller.addEventListener('scroll', () => void this.#more());
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#say(listText.loading, '', false);
    if (!this.hidden) void this.wake();
  }

  /** From now on the list is wanted: until then it takes nothing from the link that a picture could need. */
  wake() {
    if (!this.#awake) void this.refresh();
    return this.#latest;
  }

  /** Ask again, if the list is wanted at all: the server may have other answers now. */
  again() {
    if (this.#awake) void this.refresh();
  }

  /** A host can be talked to, or tells of its archive: that there is none is said no longer. */
  hostCame() {
    if (this.#awake && this.archives.length === 0) void this.refresh();
  }

  /** The study that was read last: its row is the one that Enter opens. @param {import('../protocol/records.js').StudyReference} reference */
  reads(reference) {
    const { study, archive } = reference;
    const at = this.#rows.findIndex((row) => row.study === study && (!archive || row.archive === archive));
    this.#read = at < 0 ? reference : null;
    if (at >= 0) this.#select(at, true);
  }

  /** The row of a study, if it is among those listed. @param {string} study */
  row(study) {
    return this.#rows.find((row) => row.study === study) ?? null;
  }

  /**
   * The study below or above another one, as the list is sorted and filtered; more of it is loaded where that is needed.
   * @param {import('../protocol/records.js').StudyReference} shown
   * @param {1 | -1} steps
   * @returns {StudyRow | Promise<StudyRow | 'end' | 'unlisted'>} at once where it is loaded
   */
  rowBeside(shown, steps) {
    return loadedBeside(this.#rows, shown, steps) ?? this.#soughtBeside(shown, steps);
  }

  /**
   * @param {import('../protocol/records.js').StudyReference} shown
   * @param {1 | -1} steps
   */
  async #soughtBeside(shown, steps) {
    await this.wake();
    const rows = () => this.#rows;
    const total = () => this.#total;
    const list = {
      get rows() {
        return rows();
      },
      get total() {
        return total();
      },
      extend: () => this.#extend(),
    };
    return rowBeside(list, shown, steps);
  }

  /** Ids of the archives that the last answer named. @type {readonly string[]} */
  archives = [];
  /** What was told of them last. @type {readonly import('../protocol/records.js').ArchiveStatus[]} */
  #told = [];

  /** @param {import('../protocol/page.js').WorklistChanged} change */
  changed(change) {
    this.bar.changed(change);
    this.hostCame();
    // The rows must not slide under the hand; what is wrong with them can be said beside them.
    this.#told = withTrouble(this.#told, change);
    this.bar.trouble(this.#told);
    if (!this.#awake) return;
    // Changes that come faster than this must not put the answer off for as long as they come.
    this.#changing ||= window.setTimeout(() => this.#refreshWhenStill(), CHANGED_MS);
  }

  #refreshWhenStill() {
    this.#changing = 0;
    if (performance.now() - this.#handAt > HAND_MS) void this.refresh();
    else this.#changing = window.setTimeout(() => this.#refreshWhenStill(), CHANGED_MS);
  }

  /**
   * @param {Query} query
   * @param {boolean} now
   */
  #ask(query, now) {
    this.#query = query;
    this.#pending = true;
    this.#openOnly = false;
    this.#selected = 0;
    this.#read = null;
    this.#head.update(query);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.refresh(), now ? 0 : TYPING_MS);
  }

  /** Ask the server again; what is listed stays until the answer is there. Done when the newest question is answered. */
  refresh() {
    this.#awake = true;
    this.#latest = this.#refresh();
    return this.#latest;
  }

  async #refresh() {
    const { query, bad } = withoutBadDate(this.#query, new Date());
    this.#head.badDate(bad !== '');
    this.bar.date(bad);
    // What is not wholly understood opens nothing by itself.
    if (bad) this.#openOnly = false;
    const path = worklistPath(query, 0, Math.min(MOST, Math.max(PAGE, this.#rows.length)), new Date());
    if (path === null) return;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const page = /** @type {WorklistPage} */ (await request(path, { signal: asking.signal }));
      if (this.#asking === asking) this.#show(page);
      else await this.#latest;
    } catch (error) {
      // Overtaken: who waits for this answer is served by the newer one.
      if (asking.signal.aborted) await this.#latest;
      else this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {WorklistPage} page */
  #show({ rows, total, archives, demo, problem }) {
    this.#total = total;
    this.#pending = false;
    this.archives = archives.map(({ archive }) => archive);
    this.#told = archives;
    this.bar.archives(archives);
    this.bar.demo(demo);
    const selected = this.#rows[this.#selected];
    const sameRows = JSON.stringify(rows) === JSON.stringify(this.#rows);
    this.#rows = rows;
    if (!sameRows) {
      this.#body.replaceChildren(...rows.map(studyRow));
      const found = selected ? rows.findIndex((row) => rowKey(row) === rowKey(selected)) : 0;
      this.#select(Math.max(0, found), false);
    }
    if (this.#read) this.reads(this.#read);
    say(this.#count, rows.length > 0 ? listText.count(rows.length, total) : '');
    if (this.#openOnly && rows.length === 1) this.#open(0);
    this.#openOnly = false;
    if (rows.length > 0) this.#state.hidden = true;
    else if (isFiltered(this.#query)) this.#say(listText.noMatchTitle, listText.noMatch, true);
    else if (archives.length === 0) this.#say(listText.emptyTitle, problem || listText.noHost, false);
    else {
      const scanning = archives.some((archive) => archive.scanning);
      this.#say(listText.emptyTitle, scanning ? listText.emptyScanning : demo || listText.empty, false);
    }
  }

  /** The next rows, when the reader has scrolled near the end. */
  async #more() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    if (this.#rows.length >= this.#total || scrollTop + clientHeight < scrollHeight - 600) return;
    try {
      await this.#extend();
    } catch (error) {
      this.bar.problem(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Loads the next rows.
   * @returns {Promise<boolean>} whether the list is another now; also where another question was asked meanwhile
   */
  #extend() {
    this.#extending ??= this.#next().finally(() => {
      this.#extending = null;
    });
    return this.#extending;
  }

  async #next() {
    const path = worklistPath(withoutBadDate(this.#query, new Date()).query, this.#rows.length, PAGE, new Date());
    if (path === null) return false;
    const { signal } = this.#asking ?? new AbortController();
    try {
      const page = /** @type {WorklistPage} */ (await request(path, { signal }));
      if (!signal.aborted) {
        const known = new Set(this.#rows.map(rowKey));
        const fresh = page.rows.filter((row) => !known.has(rowKey(row)));
        this.#rows = [...this.#rows, ...fresh];
        this.#body.append(...fresh.map(studyRow));
        say(this.#count, listText.count(this.#rows.length, page.total));
        return fresh.length > 0;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await this.#latest;
    return true;
  }

  /** @param {string} message */
  #fail(message) {
    if (this.#rows.length > 0) this.bar.problem(message);
    else this.#say(listText.errorTitle, message, false, () => void this.refresh());
  }

  /**
   * @param {string} title
   * @param {string} words
   * @param {boolean} canClear
   * @param {() => void} [retry]
   */
  #say(title, words, canClear, retry) {
    const press = canClear ? () => this.#clear() : retry;
    const label = canClear ? listText.clear : listText.retry;
    this.#state.setAttribute('role', retry ? 'alert' : 'status');
    this.#state.hidden = false;
    this.#state.replaceChildren(
      element('p', { class: 'stage-title' }, title),
      element('p', { class: 'quiet' }, words),
      press ? element('button', { type: 'button', class: 'plain', onclick: press }, label) : '',
    );
  }

  #clear() {
    this.#search.value = '';
    this.#ask({ ...EVERYTHING, sort: this.#query.sort }, true);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const target = event.target instanceof Element ? event.target.closest('tr') : null;
    if (!target) return;
    event.preventDefault();
    openingClick.note(event);
    this.#open(Array.prototype.indexOf.call(this.#body.children, target));
  }

  /** @param {number} index */
  #open(index) {
    const row = this.#rows[index];
    if (!row) return;
    this.#select(index, false);
    this.onOpen(row);
  }

  /**
   * @param {number} index
   * @param {boolean} scroll
   */
  #select(index, scroll) {
    const { children } = this.#body;
    for (const row of this.#body.querySelectorAll('[aria-selected="true"]')) row.setAttribute('aria-selected', 'false');
    this.#selected = Math.min(Math.max(0, index), Math.max(0, children.length - 1));
    const row = children[this.#selected];
    row?.setAttribute('aria-selected', 'true');
    // The focus may be in the table or in a field: either tells which row Enter opens.
    for (const holder of [this.#table, this.#search, ...this.#head.inputs]) {
      if (row) holder.setAttribute('aria-activedescendant', row.id);
      else holder.removeAttribute('aria-activedescendant');
    }
    if (scroll) row?.scrollIntoView({ block: 'nearest' });
  }

  /** Arrows and Enter act on the rows wherever the focus is; letters go to the search. @param {KeyboardEvent} event */
  #key(event) {
    if (this.hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    const inField = event.target instanceof HTMLInputElement;
    const onButton = event.target instanceof Element && event.target.closest('button, a') !== null;
    if (step) {
      event.preventDefault();
      if (document.activeElement === document.body) this.#table.focus({ preventScroll: true });
      this.#select(this.#selected + step, true);
    } else if (event.key === 'Enter' && !onButton) {
      event.preventDefault();
      // What is selected now is not yet what was asked for; the only match may open when it is there.
      if (this.#pending) this.#openOnly = true;
      else this.#open(this.#selected);
    } else if (event.key === 'Escape' && isFiltered(this.#query)) {
      this.#clear();
    } else if (!inField && event.key.length === 1 && event.key !== ' ') {
      this.#search.focus();
    }
  }
}

customElements.define('fv-worklist', Worklist);
