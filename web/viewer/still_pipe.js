/** The way of exact stills through the browser: second track or parts of an image → decoder → stills, with SHA-256 and timers. */

import { decodeImage, imageType } from '../picture/image_decoder.js';
import { StillOutlet } from '../picture/still_outlet.js';
import { StillParts } from '../picture/still_parts.js';
import { Stills } from '../picture/stills.js';
import { ProtocolError } from '../protocol/protocol_error.js';
import { decodeChunk } from '../protocol/stills.js';

/** @typedef {import('../protocol/control.js').StillProof} StillProof */
/** @typedef {Omit<import('../picture/stills.js').StillDesk, 'hash' | 'after'>} Desk */

export class StillPipe {
  #stills;
  #outlet;
  #parts = new StillParts();

  /** @param {Desk} desk */
  constructor(desk) {
    this.#stills = new Stills({ ...desk, hash: sha256, after: later });
    this.#outlet = new StillOutlet((rtp, decoded) => this.#take(this.#stills.picture(rtp, decoded)), complain);
  }

  /** @param {MediaStreamTrack} track of a new seat */
  connect(track) {
    this.#outlet.connect(track);
  }

  /** @param {import('../stream/stream_pictures.js').StreamPictures} pictures of a new seat on a WebSocket */
  receive(pictures) {
    this.#outlet.receive(pictures);
    pictures.onImage = (rtp, image) => void this.#decode(rtp, image);
  }

  /** The seat is gone. */
  disconnect() {
    this.#outlet.disconnect();
    this.reset();
  }

  /** Another study: nothing of the one before is held. */
  reset() {
    this.#parts.clear();
    this.#stills.reset();
  }

  /** @param {StillProof} proof */
  proof(proof) {
    this.#take(this.#stills.proof(proof));
  }

  /** There is no canvas to put a still on: the host is asked for the one that is not ready again. */
  interrupt() {
    this.#stills.interrupt();
  }

  /** @param {number} still */
  withdrawn(still) {
    this.#stills.withdrawn(still);
  }

  /** @param {ArrayBuffer} data a packet of the `stills` channel */
  chunk(data) {
    try {
      const whole = this.#parts.add(decodeChunk(data));
      if (whole) void this.#decode(whole.rtp, whole.image);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      complain(error);
    }
  }

  /**
   * @param {number} rtp
   * @param {Uint8Array<ArrayBuffer>} image
   */
  async #decode(rtp, image) {
    try {
      const decoded = await decodeImage(image, imageType(image));
      this.#take(this.#stills.picture(rtp, decoded));
    } catch (error) {
      complain(error);
      this.#stills.unreadable(rtp);
    }
  }

  /** @param {Promise<void>} work */
  #take(work) {
    work.catch(complain);
  }
}

/** @param {Uint8Array} packed */
async function sha256(packed) {
  const digest = await crypto.subtle.digest('SHA-256', /** @type {Uint8Array<ArrayBuffer>} */ (packed));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {() => void} callback
 * @param {number} ms
 */
function later(callback, ms) {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** @param {unknown} problem */
function complain(problem) {
  console.error('An exact still was not understood:', problem);
}
