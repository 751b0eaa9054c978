/** From decoded frames to the glass: outlet, ledger, painter and clock of the one canvas. */

import { Outlet } from '../picture/outlet.js';
import { Painter } from '../picture/painter.js';
import { Presentation } from '../picture/presentation.js';
import { FrameFlag } from '../protocol/frames.js';

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */

/**
 * @typedef {object} PipeEvents
 * @property {() => {width: number, height: number}} asked the size asked for, device pixels
 * @property {(info: FrameInfo | null, records: (ViewportRecord | null)[], isStill: boolean) => void} shown in the task that drew the pixels
 * @property {() => void} decoded any picture is a sign of life
 * @property {() => void} blind the browser does not say which pictures it decodes
 */

export class PicturePipe {
  /** Measures the hand's way to the picture; null while its script has not come. @type {import('../picture/photon_clock.js').PhotonClock | null} */
  clock = null;
  #painter;
  /** Null so long, too. @type {import('../picture/still_canvas.js').StillCanvas | null} */
  #stills = null;
  #outlet;
  #presentation;
  /** @type {FrameInfo | null} */
  #info = null;
  #pictures = 0;
  #rtp = 0;
  /** The moving picture drawn last. @type {number | null} */
  #drawn = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {HTMLCanvasElement} canvas
   * @param {PipeEvents} events
   */
  constructor(video, canvas, events) {
    this.#painter = new Painter(canvas);
    this.#outlet = new Outlet(
      video,
      (frame, rtp) => {
        events.decoded();
        this.#presentation.frame(frame, rtp);
      },
      events.blind,
    );
    this.#presentation = new Presentation(
      {
        draw: (frame, rtp, info, heard) => {
          const { source } = /** @type {import('../picture/outlet.js').DecodedFrame} */ (frame);
          if (!this.#painter.paint(source, info, events.asked(), heard)) return false;
          this.#drawn = rtp;
          this.#count(rtp);
          return true;
        },
        describe: (info, records, isStill) => {
          this.#info = info;
          if (info) {
            const repeats = (info.flags & (FrameFlag.REFINEMENT | FrameFlag.HEARTBEAT)) !== 0;
            this.clock?.drawn(info, performance.now(), repeats);
          }
          events.shown(info, records, isStill);
        },
        // It was decoded, and what it shows is on the glass: the host hears of it as of any other.
        passed: (rtp) => this.#count(rtp),
      },
      (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    );
  }

  /** What is measured and proven can be from now on. @param {Pick<import('./equipment.js').Equipment, 'clock' | 'makeStillCanvas'>} equipment */
  equip(equipment) {
    this.clock = equipment.clock;
    this.#stills = equipment.makeStillCanvas(this.#painter);
  }

  /** @param {boolean} isWanted whether it is measured when pictures come, beside when they are drawn */
  set times(isWanted) {
    this.#outlet.time(isWanted ? (rtp, received) => this.clock?.received(rtp, received) : null);
  }

  /** @param {number} rtp */
  #count(rtp) {
    this.#pictures += 1;
    this.#rtp = rtp;
  }

  /** What is on the glass, for beats and packets. */
  get shown() {
    return {
      epoch: this.#presentation.epoch,
      revision: this.#info?.revision ?? 0,
      rtp: this.#rtp,
      drawn: this.#drawn,
      pictures: this.#pictures,
    };
  }

  /** What the moving picture of this RTP timestamp shows; 0 = its words have not come. @param {number} rtp */
  revisionOf(rtp) {
    return this.#presentation.revisionOf(rtp);
  }

  /** Whether a picture of the open study is on the glass. */
  get hasPicture() {
    return this.#presentation.hasPicture;
  }

  /** What a still is measured by. */
  get now() {
    const { isOpen, epoch, newest } = this.#presentation;
    return { isOpen, epoch, revision: newest };
  }

  /**
   * @param {import('../picture/stills.js').Still} still
   * @returns {boolean} whether it is on the glass
   */
  still({ proof, words, packed }) {
    const stills = this.#stills;
    return stills !== null && this.#presentation.still(words.info, words.records, () => stills.paint(packed, proof));
  }

  /**
   * What the canvas holds, packed: all of it, or some rows.
   * @param {{width: number, height: number, channels: number}} shape
   * @param {number} [from]
   * @param {number} [rows]
   */
  read(shape, from, rows) {
    return this.#stills?.read(shape, from, rows) ?? null;
  }

  /** The hand moves. */
  uncover() {
    this.#presentation.uncover();
  }

  /** The still on the glass is not the host's picture. */
  retract() {
    this.#presentation.retract();
  }

  /** @param {MediaStreamTrack} track of a new seat */
  connect(track) {
    this.#outlet.connect(track);
  }

  /** @param {import('../stream/stream_pictures.js').StreamPictures} pictures of a new seat on a WebSocket */
  receive(pictures) {
    this.#outlet.receive(pictures);
  }

  /** The seat is gone: no frame of it comes any more; what is on the glass stays there, marked. */
  disconnect() {
    this.#outlet.disconnect();
    this.#presentation.close();
    this.clock?.reset();
  }

  /** In this task everything of the study before goes from the glass. */
  clear() {
    this.#presentation.close();
    this.#painter.clear();
    this.#stills?.forget();
    this.#info = null;
    this.#rtp = 0;
    this.#drawn = null;
    this.clock?.reset();
  }

  /** @param {number} epoch from which frames belong to the opened study */
  open(epoch) {
    this.clock?.reset();
    this.#presentation.open(epoch);
  }

  /** @param {import('../protocol/frames.js').FramesPacket} packet */
  packet(packet) {
    this.#presentation.packet(packet);
  }
}
