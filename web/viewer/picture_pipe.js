/** From decoded frames to the glass: outlet, ledger, painter and clock of the one canvas. */

import { Outlet } from '../picture/outlet.js';
import { Painter } from '../picture/painter.js';
import { PhotonClock } from '../picture/photon_clock.js';
import { Presentation } from '../picture/presentation.js';
import { FrameFlag } from '../protocol/frames.js';

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */

/**
 * @typedef {object} PipeEvents
 * @property {() => {width: number, height: number}} asked the size asked for, device pixels
 * @property {(info: FrameInfo | null, records: (ViewportRecord | null)[]) => void} shown in the task that drew the pixels
 * @property {() => void} decoded any picture is a sign of life
 * @property {() => void} blind the browser does not say which pictures it decodes
 */

export class PicturePipe {
  clock = new PhotonClock();
  #painter;
  #outlet;
  #presentation;
  /** @type {FrameInfo | null} */
  #info = null;
  #pictures = 0;
  #rtp = 0;

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
        draw: (frame, rtp, info) => {
          const { source } = /** @type {import('../picture/outlet.js').DecodedFrame} */ (frame);
          if (!this.#painter.paint(source, info, events.asked())) return;
          this.#pictures += 1;
          this.#rtp = rtp;
        },
        describe: (info, records) => {
          this.#info = info;
          if (info) {
            const repeats = (info.flags & (FrameFlag.REFINEMENT | FrameFlag.HEARTBEAT)) !== 0;
            this.clock.drawn(info.revision, info.input_sequence, performance.now(), repeats);
          }
          events.shown(info, records);
        },
      },
      (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    );
  }

  /** What is on the glass, for beats and packets. */
  get shown() {
    return {
      epoch: this.#presentation.epoch,
      revision: this.#info?.revision ?? 0,
      rtp: this.#rtp,
      pictures: this.#pictures,
    };
  }

  /** Whether a picture of the open study is on the glass. */
  get hasPicture() {
    return this.#presentation.shown !== null;
  }

  /** @param {MediaStreamTrack} track of a new seat */
  connect(track) {
    this.#outlet.connect(track);
  }

  /** The seat is gone: no frame of it comes any more; what is on the glass stays there, marked. */
  disconnect() {
    this.#outlet.disconnect();
    this.#presentation.close();
    this.clock.reset();
  }

  /** In this task everything of the study before goes from the glass. */
  clear() {
    this.#presentation.close();
    this.#painter.clear();
    this.#info = null;
    this.#rtp = 0;
    this.clock.reset();
  }

  /** @param {number} epoch from which frames belong to the opened study */
  open(epoch) {
    this.clock.reset();
    this.#presentation.open(epoch);
  }

  /** @param {import('../protocol/frames.js').FramesPacket} packet */
  packet(packet) {
    this.#presentation.packet(packet);
  }
}
