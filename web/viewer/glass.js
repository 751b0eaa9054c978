/** The glass: the picture shown, the overlay that belongs to it, and what the viewer's root says of both. */

import { text } from '../text/en.js';
import { PicturePipe } from './picture_pipe.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */

/**
 * @typedef {object} GlassEvents
 * @property {() => {width: number, height: number}} asked the size asked for, device pixels
 * @property {() => void} decoded any picture is a sign of life
 * @property {() => void} fresh the first picture of a study, of a series, or of a new seat
 */

export class Glass {
  #viewer;
  #reading;
  #events;
  #pipe;
  /** @type {(ViewportRecord | null)[]} */
  #records = [];
  #old = false;

  /**
   * @param {Viewer} viewer
   * @param {Reading} reading
   * @param {GlassEvents} events
   */
  constructor(viewer, reading, events) {
    this.#viewer = viewer;
    this.#reading = reading;
    this.#events = events;
    this.#pipe = new PicturePipe(viewer.stage.video, viewer.stage.canvas, {
      asked: events.asked,
      shown: (info, records) => this.#shown(info, records),
      decoded: events.decoded,
      blind: () => viewer.messages.say('error', text.browser.noTimestamps),
    });
  }

  get clock() {
    return this.#pipe.clock;
  }

  /** What is on the glass, for beats and packets. */
  get shown() {
    return this.#pipe.shown;
  }

  /** Those of the picture shown; null where nothing certain is known. */
  get records() {
    return this.#records;
  }

  /** Whether a picture, live or not, is on the glass. */
  get hasPicture() {
    return this.#pipe.hasPicture || this.#old;
  }

  /** Whether the glass holds a picture of a seat that is gone, until the first new one comes. */
  get isOld() {
    return this.#old;
  }

  /** CSS size of the picture that the hand may touch, or null. */
  get picture() {
    return this.#pipe.hasPicture ? this.#viewer.stage.pictureSize : null;
  }

  /** @param {MediaStreamTrack} track of a new seat */
  connect(track) {
    this.#pipe.connect(track);
  }

  /** The seat is gone; what is on the glass stays there, and is old. */
  lose() {
    this.#old = this.hasPicture;
    this.#pipe.disconnect();
  }

  /** In this task everything of the study before goes. */
  clear() {
    this.#pipe.clear();
    this.#viewer.stage.clear();
    this.#records = [];
    this.#old = false;
    for (const name of ['revision', 'image', 'latency', 'fidelity']) delete this.#viewer.dataset[name];
  }

  /** @param {number} epoch from which frames belong to the opened study */
  open(epoch) {
    this.#pipe.open(epoch);
  }

  /** @param {import('../protocol/frames.js').FramesPacket} packet */
  packet(packet) {
    this.#pipe.packet(packet);
  }

  /**
   * In the task that drew the pixels: overlay and attributes are of the same picture, or absent.
   * @param {FrameInfo | null} info
   * @param {(ViewportRecord | null)[]} records
   */
  #shown(info, records) {
    let isFresh = this.#old || !this.#viewer.dataset.fidelity;
    this.#old = false;
    this.#records = records;
    this.#viewer.stage.fitBox();
    const { dataset } = this.#viewer;
    dataset.fidelity = 'lossy';
    set(dataset, 'revision', info ? String(info.revision) : null);
    const latency = this.clock.median;
    set(dataset, 'latency', latency === null ? null : latency.toFixed(1));
    for (const record of records) {
      if (!record || record.series < 0) continue;
      isFresh ||= !this.#reading.seen.has(record.series);
      this.#reading.see(record.series, record.image);
    }
    this.describe();
    if (isFresh) this.#events.fresh();
  }

  /** The overlay again, because something that belongs to it has changed: marks, settings, what is loaded. */
  describe() {
    const { stage, dataset } = this.#viewer;
    if (this.#old) return;
    const record = this.#records[this.#reading.snapshot?.active ?? 0];
    set(dataset, 'image', record ? String(record.image + 1) : null);
    if (this.#records.length === 0 || !this.#pipe.hasPicture) stage.silence();
    else stage.describe(this.#records, this.#reading, this.shown.revision);
  }
}

/**
 * @param {DOMStringMap} dataset
 * @param {string} name
 * @param {string | null} value
 */
function set(dataset, name, value) {
  if (value === null) delete dataset[name];
  else if (dataset[name] !== value) dataset[name] = value;
}
