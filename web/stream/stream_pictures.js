/** The pictures and stills of a seat on a WebSocket, from their parts to whoever shows them: what a track is where there is WebRTC. */

import { StillParts } from '../picture/still_parts.js';
import { PictureDecoder } from './picture_decoder.js';

/** @typedef {import('../protocol/stream.js').StreamPart} StreamPart */

/** @typedef {(frame: VideoFrame, rtp: number, received: number) => void} Taker closes the frame; `received` is when its last part came, ms */

/** How often a key frame is asked for while none comes. */
const WANTING_MS = 250;

export class StreamPictures {
  #picture = new StillParts();
  #still = new StillParts();
  #pictures;
  #stills;
  #wanted = -Infinity;
  /** The newest picture, while nobody takes it. @type {{frame: VideoFrame, rtp: number, received: number} | null} */
  #kept = null;
  /** @type {Taker | null} */
  #onFrame = null;
  /** A still that came as video; whoever is told closes it. @type {((frame: VideoFrame, rtp: number) => void) | null} */
  onStill = null;
  /** One that came as an image. @type {((rtp: number, image: Uint8Array<ArrayBuffer>) => void) | null} */
  onImage = null;
  /** When the last part of what is decoded came, by RTP timestamp. @type {Map<number, number>} */
  #received = new Map();

  /** @param {() => void} wantKey asks the host for a key frame */
  constructor(wantKey) {
    this.#pictures = new PictureDecoder({
      frame: (frame, rtp) => this.#decoded(frame, rtp),
      wanting: () => {
        const now = performance.now();
        if (now - this.#wanted < WANTING_MS) return;
        this.#wanted = now;
        wantKey();
      },
    });
    const still = (/** @type {VideoFrame} */ frame, /** @type {number} */ rtp) => (this.onStill ? this.onStill(frame, rtp) : frame.close());
    this.#stills = new PictureDecoder({ frame: still, wanting: () => undefined }, true);
  }

  /** Who takes the pictures; null = nobody any more. @param {Taker | null} take */
  set onFrame(take) {
    this.#onFrame = take;
    const kept = this.#kept;
    this.#kept = null;
    if (take && kept) take(kept.frame, kept.rtp, kept.received);
    else kept?.frame.close();
  }

  /** @param {StreamPart} part */
  part(part) {
    const whole = (part.still ? this.#still : this.#picture).add(part);
    if (!whole) return;
    const { rtp, image } = whole;
    if (part.still && part.flag) this.onImage?.(rtp, image);
    else if (part.still) this.#stills.decode(rtp, true, image);
    else {
      this.#received.set(rtp, performance.now());
      this.#pictures.decode(rtp, part.flag, image);
    }
  }

  close() {
    this.onFrame = null;
    this.onStill = this.onImage = null;
    this.#pictures.close();
    this.#stills.close();
  }

  /**
   * @param {VideoFrame} frame
   * @param {number} rtp
   */
  #decoded(frame, rtp) {
    const received = this.#received.get(rtp) ?? performance.now();
    for (const earlier of this.#received.keys()) {
      this.#received.delete(earlier);
      if (earlier === rtp) break;
    }
    if (this.#onFrame) {
      this.#onFrame(frame, rtp, received);
    } else {
      this.#kept?.frame.close();
      this.#kept = { frame, rtp, received };
    }
  }
}
