/** One H.264 stream through WebCodecs: access units in, decoded frames with their RTP timestamps out, in order. */

import { codecOf } from './sequence_parameters.js';

/** Frames that the decoder may owe; one that owes more has lost them. */
const MOST_OWED = 64;

/**
 * @typedef {object} DecoderEvents
 * @property {(frame: VideoFrame, rtp: number) => void} frame whoever is told closes it
 * @property {() => void} wanting a key frame, without which nothing can be decoded
 */

export class PictureDecoder {
  #events;
  #flushes;
  /** @type {VideoDecoder | null} */
  #decoder = null;
  #codec = '';
  #count = 0;
  /** RTP timestamps of what is being decoded, by the decoder's own. @type {Map<number, number>} */
  #owed = new Map();

  /**
   * @param {DecoderEvents} events
   * @param {boolean} [flushes] each unit is a picture by itself, and is not waited for until the next one comes
   */
  constructor(events, flushes = false) {
    this.#events = events;
    this.#flushes = flushes;
  }

  /**
   * @param {number} rtp
   * @param {boolean} key
   * @param {Uint8Array<ArrayBuffer>} data
   */
  decode(rtp, key, data) {
    if (key) this.#configure(codecOf(data));
    if (!this.#decoder) {
      this.#events.wanting();
      return;
    }
    this.#count += 1;
    this.#owed.set(this.#count, rtp);
    for (const oldest of this.#owed.keys()) if (this.#owed.size > MOST_OWED) this.#owed.delete(oldest);
    this.#decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: this.#count, data }));
    if (this.#flushes) this.#decoder.flush().catch(() => undefined); // what went wrong is told by `error`
  }

  close() {
    if (this.#decoder?.state !== 'closed') this.#decoder?.close();
    this.#decoder = null;
    this.#codec = '';
    this.#owed.clear();
  }

  /** @param {string | null} codec */
  #configure(codec) {
    if (!codec || (codec === this.#codec && this.#decoder)) return;
    this.close();
    const decoder = new VideoDecoder({
      output: (frame) => this.#decoded(decoder, frame),
      error: (problem) => this.#failed(decoder, problem),
    });
    decoder.configure({ codec, optimizeForLatency: true });
    this.#decoder = decoder;
    this.#codec = codec;
  }

  /**
   * @param {VideoDecoder} decoder
   * @param {VideoFrame} frame
   */
  #decoded(decoder, frame) {
    const rtp = this.#owed.get(frame.timestamp);
    this.#owed.delete(frame.timestamp);
    if (decoder !== this.#decoder || rtp === undefined) frame.close();
    else this.#events.frame(frame, rtp);
  }

  /**
   * @param {VideoDecoder} decoder which is closed by it
   * @param {unknown} problem
   */
  #failed(decoder, problem) {
    if (decoder !== this.#decoder) return;
    console.warn('A picture could not be decoded:', problem);
    this.close();
    this.#events.wanting();
  }
}
