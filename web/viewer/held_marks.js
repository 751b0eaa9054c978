/**
 * What this page has seen of the marks of each study, held against what comes back of it: each mark's change has a time, and what comes
 * back with an earlier one is older than the page had it, because a save was lost or an older copy of the store was put back. Pure.
 */

/** @typedef {import('../protocol/records.js').MarkInfo} MarkInfo */
/** @typedef {import('../protocol/control.js').MarksDocument} MarksDocument */
/** @typedef {Pick<MarkInfo, 'kind' | 'text' | 'since' | 'image'> & {series: number | null}} Seen `series`: its number */
/** @typedef {{at: number, isSaved: boolean, seen: Seen | null}} Held `at`: Unix seconds, 0 = not known; seen null = deleted, or not shown */
/** @typedef {Held & {of: 'lost' | 'changed' | 'deleted'}} Older */

/** Of so many studies, the last ones. */
const MOST_STUDIES = 32;

export class HeldMarks {
  /** @type {Map<string, Map<string, Held>>} by study, then by mark */
  #studies = new Map();
  #study = '';
  /** Whether what came back of the study that is open has been held against what was here. */
  #isJudged = false;

  /** @param {string} study its UID; its marks come next */
  opened(study) {
    this.#study = study;
    this.#isJudged = false;
  }

  /**
   * What is older than this page had it; nothing before the store has answered, and from a host that does not say when marks were changed.
   * @param {Pick<MarksDocument, 'marks' | 'saved' | 'changed'>} document
   * @param {(index: number) => number | null} seriesNumber of a series
   * @returns {Older[]}
   */
  told(document, seriesNumber) {
    // A draft stands in the place of what it changes.
    if (!this.#study || !document.changed || document.marks.some(({ draft }) => draft)) return [];
    const before = this.#studies.get(this.#study) ?? new Map();
    const now = held(document, seriesNumber);
    const isFirst = !this.#isJudged && document.saved;
    this.#isJudged ||= document.saved;
    // Until the store has answered its marks may be missing here, which says nothing of them.
    this.#keep(this.#isJudged ? now : newest(before, now));
    return isFirst ? older(before, now) : [];
  }

  /** @param {Map<string, Held>} marks */
  #keep(marks) {
    this.#studies.delete(this.#study);
    this.#studies.set(this.#study, marks);
    const [oldest] = this.#studies.keys();
    if (oldest !== undefined && this.#studies.size > MOST_STUDIES) this.#studies.delete(oldest);
  }
}

/**
 * @param {Pick<MarksDocument, 'marks' | 'saved' | 'changed'>} document
 * @param {(index: number) => number | null} seriesNumber
 * @returns {Map<string, Held>}
 */
function held({ marks, saved, changed }, seriesNumber) {
  const shown = new Map(marks.map((each) => [each.mark, each]));
  return new Map(
    (changed ?? []).map(([mark, at]) => {
      const info = shown.get(mark);
      const seen = info ? { kind: info.kind, text: info.text, since: info.since, image: info.image, series: seriesNumber(info.series) } : null;
      return [mark, { at, isSaved: saved, seen }];
    }),
  );
}

/**
 * @param {Map<string, Held>} before
 * @param {Map<string, Held>} now
 */
function newest(before, now) {
  const both = new Map(before);
  for (const [mark, each] of now) if (each.at >= (before.get(mark)?.at ?? -1)) both.set(mark, each);
  return both;
}

/**
 * @param {Map<string, Held>} before
 * @param {Map<string, Held>} now
 * @returns {Older[]}
 */
function older(before, now) {
  /** @type {Older[]} */
  const found = [];
  for (const [mark, each] of before) {
    const other = now.get(mark);
    if (other && other.at >= each.at) continue;
    if (each.seen) found.push({ ...each, of: other?.seen ? 'changed' : 'lost' });
    else if (other?.seen) found.push({ ...each, of: 'deleted' });
  }
  return found;
}
