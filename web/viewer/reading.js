/** What the host has said about the study that is open: the page's model of it. Messages in, topics out. Pure. */

import { ViewportKind } from '../protocol/frames.js';

/** @typedef {import('../protocol/control.js').ToPage} ToPage */
/** @typedef {import('../protocol/control.js').StateSnapshot} StateSnapshot */
/** @typedef {import('../protocol/control.js').Progress} Progress */
/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */
/** @typedef {'opening' | 'opened' | 'failed' | 'state' | 'terms' | 'progress' | 'thumbnail' | 'marks' | 'saved' | 'none'} Topic */

const SNAPSHOTS_KEPT = 16;

export class Reading {
  /** @type {StudyReference | null} what the reader chose */
  reference = null;
  /** @type {import('../protocol/control.js').Opened | null} */
  opened = null;
  /** What the host that opened something last calls the page's hand. */
  hand = '';
  /** What was said of the same study when this page opened it last. @type {import('../protocol/records.js').StudyInfo | null} */
  before = null;
  /** Whether the study is open anew and what was done before on this page can't be undone any more. */
  lostUndo = false;
  /** The session in which there was something to undo, when it was heard of last; nothing = in none. */
  #undoable = '';
  /** @type {import('../protocol/records.js').StudyInfo | null} */
  #study = null;
  /** @type {import('../protocol/control.js').Opening | null} */
  opening = null;
  /** @type {import('../protocol/control.js').OpenFailed | null} */
  failure = null;
  /** As last said, the one being drawn in its place among them. @type {import('../protocol/control.js').MarksDocument | null} */
  marks = null;
  /** The id of the mark that the reader has selected; nothing = none. */
  selected = '';
  /** @type {Map<number, Progress>} */
  progress = new Map();
  /** @type {Map<number, string>} base64 PNG by series */
  thumbnails = new Map();
  /** @type {Map<number, Set<number>>} images of a series that were on the glass */
  seen = new Map();
  /** What was on the glass last, by viewport, of the study that is chosen. @type {import('./came_back.js').Images} */
  onGlass = [];
  /** What the files say of images, by series and number. @type {Map<number, import('../protocol/records.js').ImageTerms[]>} */
  #terms = new Map();
  /** @type {readonly import('../protocol/records.js').MarkInfo[]} */
  #finished = [];
  #request = 0;
  /** The first one may have been used by the boot module. */
  #requests = 1;
  /** @type {StateSnapshot[]} oldest first */
  #snapshots = [];

  /**
   * The reader chose a study: in this moment everything of the one before is gone.
   * @param {StudyReference | null} reference
   */
  choose(reference) {
    this.reference = reference;
    this.#forget();
    this.#undoable = '';
    this.seen = new Map();
    this.onGlass = [];
  }

  /** A number for an open message whose answers do not count yet. */
  reserve() {
    this.#requests += 1;
    return this.#requests;
  }

  /**
   * The number of the open message that counts from now on; answers to earlier ones count no more.
   * @param {number} [request] one that was reserved
   */
  ask(request = this.reserve()) {
    this.#forget();
    this.#request = request;
    return request;
  }

  #forget() {
    if (this.opened && this.snapshot) this.#undoable = this.snapshot.can_undo ? this.opened.session : '';
    this.#request = 0;
    this.opened = null;
    this.opening = null;
    this.failure = null;
    this.marks = null;
    this.selected = '';
    this.progress = new Map();
    this.thumbnails = new Map();
    this.#terms = new Map();
    this.#snapshots = [];
  }

  /** The newest settings. @returns {StateSnapshot | null} */
  get snapshot() {
    return this.#snapshots.at(-1) ?? null;
  }

  /**
   * The settings that held for a picture of this revision, or null.
   * @param {number} revision
   * @returns {StateSnapshot | null}
   */
  snapshotAt(revision) {
    return this.#snapshots.findLast((snapshot) => snapshot.revision <= revision) ?? null;
  }

  /** @param {number} index */
  series(index) {
    return this.opened?.series.find((info) => info.index === index) ?? null;
  }

  /**
   * Whose series it is, where it is another's than the study's own patient.
   * @param {number} index
   * @returns {import('../protocol/records.js').PatientInfo | null}
   */
  person(index) {
    const info = this.series(index);
    return (info?.patient && this.opened?.study.people[info.patient - 1]) || null;
  }

  /**
   * What the file says of the image of a record, and of planes and volumes what holds for all images; null = it is not known here,
   * and then nothing is said of the image.
   * @param {import('../protocol/frames.js').ViewportRecord} record
   * @returns {import('../protocol/records.js').ImageTerms | null}
   */
  termsOf({ kind, series, terms }) {
    if (kind === ViewportKind.STACK) return this.#terms.get(series)?.[terms] ?? null;
    const info = this.series(series);
    return info && { ...info, windows: [] };
  }

  /** Whether the image of a record was tried and can't be shown. @param {import('../protocol/frames.js').ViewportRecord} record */
  isUnreadable({ kind, series, image }) {
    return kind === ViewportKind.STACK && (this.progress.get(series)?.failed?.includes(image) ?? false);
  }

  /** @param {import('../protocol/control.js').ImageTermsTable} message */
  #takeTerms({ series, first, terms }) {
    const known = this.#terms.get(series) ?? [];
    terms.forEach((entry, index) => {
      known[first + index] = entry;
    });
    this.#terms.set(series, known);
  }

  /** The series of the active viewport. */
  get activeSeries() {
    const { snapshot } = this;
    return snapshot ? this.series(snapshot.viewports[snapshot.active]?.series ?? -1) : null;
  }

  /**
   * These are on the glass.
   * @param {readonly (import('../protocol/frames.js').ViewportRecord | null)[]} records
   * @returns {boolean} whether there is a series that was not seen before
   */
  see(records) {
    let isNew = false;
    for (const record of records) {
      if (!record || record.series < 0) continue;
      const seen = this.seen.get(record.series) ?? new Set();
      isNew ||= seen.size === 0;
      this.seen.set(record.series, seen.add(record.image));
    }
    this.onGlass = records.map((record) => (record && record.series >= 0 && record.kind === ViewportKind.STACK ? { series: record.series, image: record.image } : null));
    return isNew;
  }

  /**
   * @param {string} mark nothing = none
   * @returns {boolean} whether that changes what is selected
   */
  select(mark) {
    const changes = mark !== this.selected;
    this.selected = mark;
    return changes;
  }

  /** A mark that is half drawn is not there any more. @returns {boolean} whether there was one */
  undraft() {
    if (!this.marks?.marks.some(({ draft }) => draft)) return false;
    this.marks = { ...this.marks, marks: this.#finished.filter(({ draft }) => !draft) };
    return true;
  }

  /**
   * @param {ToPage} message
   * @returns {Topic} what has changed
   */
  take(message) {
    switch (message.type) {
      case 'opening':
        if (message.request !== this.#request) return 'none';
        this.opening = message;
        return 'opening';
      case 'opened':
        if (message.request !== this.#request) return 'none';
        this.before = this.#study?.study === message.study.study ? this.#study : null;
        this.lostUndo = this.#undoable !== '' && this.#undoable !== message.session;
        this.opened = message;
        this.hand = message.hand ?? '';
        this.#study = message.study;
        // A link, or a page that has been open for long, may name the archive by an id that it had before.
        if (this.reference) this.reference = { ...this.reference, archive: message.study.archive };
        return 'opened';
      case 'open.failed':
        if (message.request !== this.#request) return 'none';
        this.failure = message;
        return 'failed';
      default:
        return this.opened ? this.#takeOfStudy(message) : 'none';
    }
  }

  /**
   * @param {ToPage} message
   * @returns {Topic}
   */
  #takeOfStudy(message) {
    switch (message.type) {
      case 'state':
        this.#snapshots.push(message);
        if (this.#snapshots.length > SNAPSHOTS_KEPT) this.#snapshots.shift();
        return 'state';
      case 'image.terms':
        this.#takeTerms(message);
        return 'terms';
      case 'progress':
        this.progress.set(message.series, message);
        return 'progress';
      case 'thumbnail':
        this.thumbnails.set(message.series, message.png);
        return 'thumbnail';
      case 'marks':
        this.#finished = message.marks;
        this.marks = message;
        if (!message.marks.some(({ mark }) => mark === this.selected)) this.selected = '';
        return 'marks';
      case 'mark.draft':
        if (!this.marks) return 'none';
        this.marks = { ...this.marks, marks: withDraft(this.#finished, message.mark) };
        return 'marks';
      case 'marks.saved':
        if (!this.marks) return 'none';
        this.marks = { ...this.marks, saved: message.saved, problem: message.problem };
        return 'saved';
      default:
        return 'none';
    }
  }
}

/**
 * @param {readonly import('../protocol/records.js').MarkInfo[]} finished
 * @param {import('../protocol/records.js').MarkInfo | null} draft
 */
function withDraft(finished, draft) {
  return draft ? [...finished.filter(({ mark }) => mark !== draft.mark), draft] : [...finished];
}
