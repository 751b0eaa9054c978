/** The picture area: one canvas, one overlay exactly over it, and words whenever there is no live picture. */

import { MAX_VIEWPORTS } from '../protocol/limits.js';
import { ViewportKind } from '../protocol/frames.js';
import { ratioWords } from '../format/number.js';
import { text } from '../text/en.js';
import { meetingPoint } from '../viewer/projection.js';
import { element, say } from './element.js';
import { TapToStart } from './tap_to_start.js';
import { icon } from './icon.js';
import { ViewportOverlay } from './viewport_overlay.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../viewer/reading.js').Reading} Reading */

const RESIZE_MS = 120;

export class Stage extends HTMLElement {
  canvas = element('canvas', { 'data-picture': true, width: 1, height: 1, role: 'img', 'aria-label': text.stage.label });
  /** The decoder's outlet: inside the visible area, so that the browser decodes, but covered. */
  video = element('video', { muted: true, playsinline: true, autoplay: true, disableremoteplayback: true, tabindex: -1 });
  tap = new TapToStart(this.video);
  #overlay = element('div', { class: 'overlay' });
  #wait = element('div', { class: 'stage-words', hidden: true });
  #waitTitle = element('p', { class: 'stage-title' });
  #waitDetail = element('p', { class: 'stage-detail number' });
  #waitMore = element('ul', { class: 'stage-more number' });
  #waitProgress = element('progress', { max: 1, hidden: true });
  #waitButton = element('button', { type: 'button', class: 'plain', hidden: true });
  #waitLeave = element('button', { type: 'button', class: 'plain', hidden: true }, text.bar.back);
  #stale = element('div', { class: 'stage-stale', hidden: true, role: 'alert' });
  #staleTitle = element('strong', { class: 'number' });
  #staleDetail = element('span');
  /** @type {ViewportOverlay[]} */
  #viewports = [];
  #pixels = 1;
  #size = { width: 0, height: 0 };
  #timer = 0;
  /** @type {() => void} */
  #pressed = () => undefined;
  /** @type {(() => void) | null} */
  #left = null;
  /** @type {(viewport: number, image: number) => void} */
  #goToImage = () => undefined;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.video.muted = true;
    const buttons = element('div', { class: 'stage-buttons' }, this.#waitButton, this.#waitLeave);
    this.#wait.append(this.#waitTitle, this.#waitDetail, this.#waitProgress, this.#waitMore, buttons);
    this.#stale.append(icon('close'), element('div', {}, this.#staleTitle, this.#staleDetail));
    this.#waitButton.addEventListener('click', () => this.#pressed());
    this.#waitLeave.addEventListener('click', () => this.#left?.());
    this.#wait.setAttribute('data-own-pointer', '');
    this.append(this.video, this.canvas, this.#overlay, this.#wait, this.tap.element, this.#stale);
  }

  /**
   * @param {(viewport: number, image: number) => void} goToImage 0-based
   * @param {() => void} resizing at once, before the picture area is painted in its new size
   * @param {() => void} resized a while after
   */
  connect(goToImage, resizing, resized) {
    this.#goToImage = goToImage;
    for (let index = 0; index < MAX_VIEWPORTS; index += 1) {
      const overlay = new ViewportOverlay(index);
      overlay.element.hidden = true;
      overlay.element.dataset.viewport = String(index);
      this.#viewports.push(overlay);
      this.#overlay.append(overlay.element);
    }
    const observer = new ResizeObserver(([entry]) => {
      this.#align();
      this.#size = devicePixels(entry);
      resizing();
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(resized, RESIZE_MS);
    });
    try {
      observer.observe(this, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(this); // a browser without that box: rounded CSS pixels must do
    }
  }

  /**
   * Marks, values and scroll bars can be drawn from now on.
   * @param {(goToImage: (image: number) => void) => import('./viewport_overlay.js').OverlayParts} make those of a viewport
   */
  equip(make) {
    for (const overlay of this.#viewports) overlay.equip(make((image) => this.#goToImage(overlay.index, image)));
  }

  /** The picture begins on a whole device pixel, at any zoom of the browser: else none of its pixels would be one of the screen. */
  #align() {
    const box = this.parentElement?.getBoundingClientRect();
    if (!box) return;
    const ratio = devicePixelRatio || 1;
    const inset = [box.top, box.left].map((at) => (Math.ceil(at * ratio - 1 / 64) - at * ratio) / ratio);
    const [top, left] = inset.map((shift) => `${Math.max(0, shift)}px`);
    if (this.style.top !== top) this.style.top = top;
    if (this.style.left !== left) this.style.left = left;
  }

  /**
   * The picture area in device pixels, no larger than the host can serve. Where it has other pixels than before, the picture shown and
   * what lies on it follow in this task.
   * @param {number} maxWidth
   * @param {number} maxHeight
   */
  askedSize(maxWidth, maxHeight) {
    const ratio = devicePixelRatio || 1;
    const { width, height } =
      this.#size.width > 0
        ? this.#size
        : { width: Math.round(this.clientWidth * ratio), height: Math.round(this.clientHeight * ratio) };
    const shrink = Math.min(1, maxWidth / Math.max(1, width), maxHeight / Math.max(1, height));
    if (this.#pixels !== ratio * shrink) {
      this.#pixels = ratio * shrink;
      this.fitBox();
    }
    return { width: Math.round(width * shrink), height: Math.round(height * shrink), ratio: this.#pixels };
  }

  /** Picture pixels per CSS pixel. */
  get pixels() {
    return this.#pixels;
  }

  /** CSS size of the picture shown. */
  get pictureSize() {
    return { width: this.canvas.width / this.#pixels, height: this.canvas.height / this.#pixels };
  }

  /** The canvas has a new backing size: its box and the overlay follow in the same task. */
  fitBox() {
    const { width, height } = this.pictureSize;
    for (const { style } of [this.canvas, this.#overlay]) {
      style.width = `${width}px`;
      style.height = `${height}px`;
    }
  }

  /** What lies over the picture, and of which viewports it is made. */
  get layers() {
    return { overlay: this.#overlay, viewports: this.#viewports };
  }

  /** All text goes: nothing is known, or nothing may be said. */
  silence() {
    for (const overlay of this.#viewports) overlay.silence();
  }

  clear() {
    for (const overlay of this.#viewports) {
      overlay.silence();
      overlay.words('');
      delete overlay.element.dataset.fidelity;
      overlay.element.hidden = true;
      overlay.element.classList.remove('active');
    }
  }

  /**
   * @param {readonly (ViewportRecord | null)[]} records
   * @param {Reading} reading
   * @param {number} revision of the state whose picture is shown; a record's own is of the state that last changed its viewport
   * @param {{viewports: readonly string[], ratio: number | null}} loss of the stream: what each viewport is, and n of "n:1"
   * @param {readonly string[][]} reservations codes of what stands against the image of each viewport
   */
  describe(records, reading, revision, loss, reservations) {
    const settings = reading.snapshotAt(revision);
    const planes = records.flatMap((record, index) => {
      const plane = settings?.viewports[index]?.plane ?? '';
      return record?.kind === ViewportKind.MPR ? [{ index, plane, matrix: record.canvas_from_world }] : [];
    });
    const crossHair = meetingPoint(planes.map(({ matrix }) => matrix));
    this.#viewports.forEach((overlay, index) => {
      const record = records[index];
      if (!record) {
        if (index >= records.length) overlay.element.hidden = true;
        overlay.silence();
        return;
      }
      overlay.describe(record, {
        pixels: this.#pixels,
        revision,
        series: reading.series(record.series),
        person: reading.person(record.series),
        terms: reading.termsOf(record),
        settings: settings?.viewports[index] ?? null,
        studyDate: reading.opened?.study.study_date ?? '',
        marks: reading.marks?.marks ?? [],
        selected: reading.selected,
        crossHair,
        otherPlanes: planes.filter((plane) => plane.index !== index),
        progress: reading.progress.get(record.series) ?? null,
        seen: reading.seen.get(record.series) ?? null,
        stream: loss.viewports[index] === 'exact' ? '' : streamLoss(loss.ratio),
        reservations: reservations[index] ?? [],
      });
    });
  }

  /** @param {readonly string[]} viewports what may be claimed of each */
  judge(viewports) {
    this.#viewports.forEach(({ element: box }, index) => {
      if (viewports[index]) box.dataset.fidelity = viewports[index];
      else delete box.dataset.fidelity;
    });
  }

  /**
   * What the newest settings say, whatever picture is shown: the active viewport and words in viewports.
   * @param {import('../protocol/control.js').StateSnapshot} snapshot
   * @param {string} empty what an empty viewport says
   */
  settle(snapshot, empty) {
    const many = snapshot.viewports.length > 1 && !snapshot.maximized;
    this.#viewports.forEach((overlay, index) => {
      const viewport = snapshot.viewports[index];
      overlay.element.classList.toggle('active', many && index === snapshot.active);
      overlay.words(viewport ? viewport.message || (viewport.kind === 'empty' ? empty : '') : '', snapshot.revision);
    });
  }

  /**
   * @param {import('../protocol/control.js').Probe} probe
   * @param {readonly number[]} rect of its viewport, picture pixels
   */
  probe({ viewport, x, y, text: value }, rect) {
    const { width, height } = this.pictureSize;
    this.#viewports[viewport]?.probe(value, x * width - rect[0] / this.#pixels, y * height - rect[1] / this.#pixels);
  }

  /**
   * The viewport under a point of the page, or −1.
   * @param {number} x
   * @param {number} y
   */
  viewportAt(x, y) {
    return this.#viewports.findIndex(({ element: box }) => {
      const { left, right, top, bottom } = box.getBoundingClientRect();
      return !box.hidden && x >= left && x < right && y >= top && y < bottom;
    });
  }

  /**
   * What lies over the viewport at a point of the stage, or null.
   * @param {number} x CSS px
   * @param {number} y
   */
  overlayAt(x, y) {
    return this.#viewports.find((overlay) => overlay.covers(x, y)) ?? null;
  }

  /** @param {number} viewport where a thumbnail would be dropped; −1 = nowhere */
  target(viewport) {
    this.#viewports.forEach(({ element: box }, index) => box.classList.toggle('target', index === viewport));
  }

  /**
   * Words in the middle, while there is no picture.
   * @param {string} title nothing = no words
   * @param {{detail?: string, share?: number | null, lines?: readonly string[], button?: string, press?: () => void,
   *   leave?: (() => void) | null}} [more] leave: where the worklist is the other way on
   */
  wait(title, { detail = '', share = null, lines = [], button = '', press = () => undefined, leave = null } = {}) {
    this.#wait.hidden = title === '';
    say(this.#waitTitle, title);
    say(this.#waitDetail, detail);
    this.#waitProgress.hidden = share === null;
    if (share !== null) this.#waitProgress.value = share;
    this.#waitMore.replaceChildren(...lines.map((line) => element('li', {}, line)));
    this.#waitButton.hidden = button === '';
    say(this.#waitButton, button);
    this.#pressed = press;
    this.#waitLeave.hidden = leave === null;
    this.#left = leave;
  }

  /**
   * @param {string} title nothing = the picture is live
   * @param {string} [detail]
   */
  stale(title, detail = '') {
    this.#stale.hidden = title === '';
    say(this.#staleTitle, title);
    say(this.#staleDetail, detail);
  }
}

/** @param {number | null} ratio */
function streamLoss(ratio) {
  return text.corner.lossyStream(ratio === null ? '' : ratioWords(ratio));
}

/**
 * The exact size in device pixels where the browser tells it; else, or where it contradicts the pixel ratio, rounded CSS pixels.
 * @param {ResizeObserverEntry} entry
 */
function devicePixels({ contentRect, devicePixelContentBoxSize }) {
  const ratio = devicePixelRatio || 1;
  const width = Math.round(contentRect.width * ratio);
  const height = Math.round(contentRect.height * ratio);
  const box = devicePixelContentBoxSize?.[0];
  const fits = box && Math.abs(box.inlineSize - width) <= 1 && Math.abs(box.blockSize - height) <= 1;
  return fits ? { width: box.inlineSize, height: box.blockSize } : { width, height };
}

customElements.define('fv-stage', Stage);
