/** Everything over one viewport that is not pixels: corner text, letters, scale bar, marks, cross-hair, scroll bar, words. */

import { RecordFlag, ViewportKind } from '../protocol/frames.js';
import { withUnit } from '../format/number.js';
import { text } from '../text/en.js';
import { cornerText } from '../viewer/corner_text.js';
import { personLine } from '../viewer/patient_words.js';
import { pixelsPerMillimetre, scaleBarLength } from '../viewer/projection.js';
import { element, say, svg } from './element.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/records.js').MarkInfo} MarkInfo */

/**
 * What holds for the viewport beside its record.
 * @typedef {object} OverlayContext
 * @property {number} pixels picture pixels per CSS pixel
 * @property {number} revision of the state whose picture is shown
 * @property {import('../protocol/records.js').SeriesInfo | null} series
 * @property {import('../protocol/records.js').PatientInfo | null} person whose series it is, where another's than the study's own
 * @property {import('../protocol/records.js').ImageTerms | null} terms of the image shown; null = not known, and then nothing is said
 * @property {import('../protocol/records.js').ViewportInfo | null} settings
 * @property {string} studyDate
 * @property {readonly MarkInfo[]} marks
 * @property {string} selected the id of the mark that is selected
 * @property {readonly number[] | null} crossHair world
 * @property {readonly {matrix: readonly number[], plane: string}[]} otherPlanes
 * @property {import('../protocol/control.js').Progress | null} progress
 * @property {ReadonlySet<number> | null} seen
 * @property {string} stream how the stream loses something; nothing = it does not
 * @property {readonly string[]} reservations codes of what stands against the image
 */

/**
 * What is drawn over a picture, and comes after the first one.
 * @typedef {{marks: import('./marks_on_glass.js').MarksOnGlass, scrollBar: import('./scroll_bar.js').ScrollBar,
 *   placeLabel: typeof import('../viewer/label_place.js').placeLabel}} OverlayParts
 */

const CORNERS = /** @type {const} */ (['topLeft', 'topRight', 'bottomLeft', 'bottomRight']);
const SIDES = /** @type {const} */ (['left', 'right', 'top', 'bottom']);
/** Below this a viewport says only what must be said; type is larger where fingers are. */
const SMALL = matchMedia('(pointer: coarse)').matches ? { width: 560, height: 300 } : { width: 400, height: 240 };
/** Below this not even two corners fit beside each other. */
const NARROW = matchMedia('(pointer: coarse)').matches ? 260 : 210;
/** CSS px that the corners' text may take of the bottom line. */
const CORNERS_WIDTH = 360;

export class ViewportOverlay {
  element;
  /** Null while what draws them has not come. @type {import('./marks_on_glass.js').MarksOnGlass | null} */
  marks = null;
  /** @type {import('./scroll_bar.js').ScrollBar | null} */
  #scrollBar = null;
  index;
  #wordsRevision = 0;
  #revision = 0;
  #box = { x: 0, y: 0, width: 0, height: 0 };
  #words = element('div', { class: 'viewport-words', hidden: true });
  #text = element('div', { class: 'viewport-text' });
  #person = element('div', { class: 'viewport-person outlined', hidden: true });
  #corners = CORNERS.map((corner) => element('div', { class: `corner ${corner}` }));
  #letters = SIDES.map((side) => element('div', { class: `letter ${side}` }));
  #lines = svg('svg', { class: 'viewport-lines', 'aria-hidden': 'true' });
  #scale = svg('g', { class: 'scale-bar' });
  #takenFor = '';
  /** @type {readonly import('../viewer/label_place.js').Box[]} */
  #takenBoxes = [];
  #probe = element('div', { class: 'probe-value outlined', hidden: true });
  /** @type {typeof import('../viewer/label_place.js').placeLabel | null} */
  #placeLabel = null;

  /** @param {number} index of its viewport */
  constructor(index) {
    this.index = index;
    this.#lines.append(this.#scale);
    this.#text.append(this.#person, ...this.#corners, ...this.#letters, this.#probe);
    this.element = element(
      'div',
      { class: 'viewport' },
      this.#lines,
      this.#words,
      this.#text,
    );
  }

  /** @param {OverlayParts} parts */
  equip({ marks, scrollBar, placeLabel }) {
    this.marks = marks;
    this.#scrollBar = scrollBar;
    this.#placeLabel = placeLabel;
    scrollBar.element.hidden = true;
    this.#lines.append(marks.element);
    this.element.append(scrollBar.element);
  }

  /** Where it put what it says and draws. */
  get parts() {
    return { box: this.#box, text: this.#text, letters: this.#letters, lines: this.#lines };
  }

  /**
   * @param {readonly number[]} rect picture pixels
   * @param {number} pixels picture pixels per CSS pixel
   */
  place([x, y, width, height], pixels) {
    const { style } = this.element;
    this.element.hidden = width === 0 || height === 0;
    this.#box = { x: x / pixels, y: y / pixels, width: width / pixels, height: height / pixels };
    style.left = `${this.#box.x}px`;
    style.top = `${this.#box.y}px`;
    style.width = `${this.#box.width}px`;
    style.height = `${this.#box.height}px`;
  }

  /**
   * A point of the stage as one of this viewport.
   * @param {number} x CSS px
   * @param {number} y
   */
  local(x, y) {
    return { x: x - this.#box.x, y: y - this.#box.y };
  }

  /** The nearest point inside. @param {{x: number, y: number}} at CSS px of the viewport */
  within({ x, y }) {
    const { width, height } = this.#box;
    return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
  }

  /**
   * Whether a point of the stage lies on this viewport.
   * @param {number} x CSS px
   * @param {number} y
   */
  covers(x, y) {
    const { width, height } = this.#box;
    const at = this.local(x, y);
    return !this.element.hidden && at.x >= 0 && at.x < width && at.y >= 0 && at.y < height;
  }

  /**
   * @param {string} words in the middle of the viewport, with nothing of the picture to be seen; nothing = none
   * @param {number} [revision] of the state that they are of
   */
  words(words, revision = 0) {
    say(this.#words, words);
    this.#words.hidden = words === '';
    this.#wordsRevision = words === '' ? 0 : revision;
    this.#order();
  }

  /** What the corners say of an older picture lies under the words, what belongs to them over them. */
  #order() {
    this.element.classList.toggle('words-ahead', this.#wordsRevision > this.#revision);
  }

  /**
   * A value under the hand, confirmed for the revision that is shown.
   * @param {string} value
   * @param {number} x CSS px of the viewport
   * @param {number} y
   */
  probe(value, x, y) {
    say(this.#probe, value);
    this.#probe.hidden = value === '' || !this.#placeLabel;
    if (value === '' || !this.#placeLabel) return;
    const place = this.#placeLabel({ x, y }, { width: this.#probe.offsetWidth, height: this.#probe.offsetHeight }, this.#box, this.#taken(this.#box));
    this.#probe.style.left = `${place.x}px`;
    this.#probe.style.top = `${place.y}px`;
  }

  /**
   * Where words and the scroll bar lie. Measured only when a label asks and the words are others: it costs a layout of the page.
   * @param {{width: number, height: number}} size CSS px
   * @returns {readonly import('../viewer/label_place.js').Box[]}
   */
  #taken({ width, height }) {
    const parts = [...this.#corners, ...this.#letters, this.#person];
    const said = `${width} ${height} ${this.#scrollBar?.element.hidden} ${parts.map((part) => part.textContent).join('|')}`;
    if (said !== this.#takenFor) {
      const own = this.element.getBoundingClientRect();
      this.#takenFor = said;
      this.#takenBoxes = [...parts, ...(this.#scrollBar ? [this.#scrollBar.element] : [])].map((part) => {
        const box = part.getBoundingClientRect();
        return { x: box.left - own.left, y: box.top - own.top, width: box.width, height: box.height };
      });
    }
    return this.#takenBoxes;
  }

  /** Nothing is said that is not certain. */
  silence() {
    this.#text.hidden = true;
    this.#lines.setAttribute('hidden', '');
    if (this.#scrollBar) this.#scrollBar.element.hidden = true;
    this.marks?.silence();
  }

  /**
   * @param {ViewportRecord} record
   * @param {OverlayContext} context
   */
  describe(record, context) {
    const { pixels, revision, series, terms, person, studyDate } = context;
    this.place(record.rect, pixels);
    this.#revision = revision;
    this.#order();
    const isAnother = record.kind !== ViewportKind.EMPTY && person !== null;
    this.element.classList.toggle('another-patient', isAnother);
    this.#person.hidden = !isAnother;
    say(this.#person, person ? text.likeness.another(personLine(person, studyDate)) : '');
    if (record.kind === ViewportKind.EMPTY || !series || !terms) {
      this.silence();
      return;
    }
    const size = { width: record.rect[2] / pixels, height: record.rect[3] / pixels };
    this.#text.hidden = false;
    this.#lines.removeAttribute('hidden');
    this.#probe.hidden = true;
    this.#describeText(record, context, size);
    this.#drawScale(record, pixels, size);
    this.#scroll(record, context);
    this.marks?.draw(record, context, size, () => this.#taken(size));
  }

  /**
   * @param {ViewportRecord} record
   * @param {OverlayContext} context
   */
  #scroll(record, { progress, seen }) {
    const bar = this.#scrollBar;
    if (!bar) return;
    if (record.kind === ViewportKind.VOLUME) {
      bar.element.hidden = true;
    } else {
      const isStack = record.kind === ViewportKind.STACK;
      bar.update(record.image, record.images);
      bar.paint(isStack ? progress : null, isStack ? seen : null, record.images);
    }
  }

  /**
   * @param {ViewportRecord} record
   * @param {OverlayContext} context
   * @param {{width: number, height: number}} size
   */
  #describeText(record, { series, terms, settings, studyDate, stream, progress, reservations }, size) {
    if (!series || !terms) return;
    const small = size.width < SMALL.width || size.height < SMALL.height;
    const corners = cornerText(record, series, { terms, settings, studyDate, stream, progress, reservations }, small);
    this.element.classList.toggle('small', small);
    this.element.classList.toggle('narrow', size.width < NARROW);
    CORNERS.forEach((corner, index) => fill(this.#corners[index], corners[corner]));
    record.letters.forEach((letter, index) => say(this.#letters[index], letter === '?' ? '' : letter));
  }

  /**
   * @param {ViewportRecord} record
   * @param {number} pixels
   * @param {{width: number, height: number}} size
   */
  #drawScale(record, pixels, size) {
    const perMillimetre = pixelsPerMillimetre(record.canvas_from_world) / pixels;
    const isPlane = record.kind !== ViewportKind.VOLUME && (record.flags & RecordFlag.MILLIMETRES) !== 0;
    const length = isPlane && size.height > 180 ? scaleBarLength(perMillimetre, Math.min(size.width * 0.25, size.width - CORNERS_WIDTH)) : 0;
    const drawn = `${length} ${Math.round(perMillimetre * 1000)} ${size.width} ${size.height}`;
    if (this.#scale.getAttribute('data-drawn') === drawn) return;
    this.#scale.setAttribute('data-drawn', drawn);
    this.#scale.replaceChildren();
    if (length === 0) return;
    const width = length * perMillimetre;
    const x = Math.round(size.width / 2 - width / 2) + 0.5;
    const y = Math.round(size.height) - 30.5;
    const d = `M${x} ${y - 4}v8M${x} ${y}h${Math.round(width)}M${x + Math.round(width)} ${y - 4}v8`;
    this.#scale.append(
      svg('path', { d, class: 'mark-shade' }),
      svg('path', { d, class: 'scale-line' }),
      svg('text', { x: x + width / 2, y: y - 7, class: 'outlined centred' }, withUnit(length, 0, 'mm')),
    );
  }
}

/**
 * @param {HTMLElement} corner
 * @param {readonly import('../viewer/corner_text.js').Line[]} lines
 */
function fill(corner, lines) {
  while (corner.childElementCount > lines.length) corner.lastElementChild?.remove();
  lines.forEach(({ words, tone }, index) => {
    const line = corner.children[index] ?? corner.appendChild(element('div'));
    say(line, words);
    line.classList.toggle('warning', tone === 'warning');
  });
}
