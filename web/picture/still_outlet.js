/**
 * Where the exact stills come out of the second track: the decoder's own luma bytes, untouched by any colour conversion. Needs no
 * <video>: the processor is sink enough for the decoder.
 */

/** @typedef {import('./planes.js').Decoded} Decoded */

/** Formats whose first plane is 8 bit luma at full size. */
const LUMA_FIRST = new Set(['I420', 'I420A', 'I422', 'I444', 'NV12']);

export class StillOutlet {
  #onPicture;
  #onFault;
  /** @type {AbortController | null} */
  #life = null;

  /**
   * @param {(rtp: number, decoded: Decoded) => void} onPicture
   * @param {(problem: unknown) => void} onFault a frame could not be read; the next one may
   */
  constructor(onPicture, onFault) {
    this.#onPicture = onPicture;
    this.#onFault = onFault;
  }

  /**
   * Take stills from this track, and from no other any more.
   * @param {MediaStreamTrack} track
   */
  connect(track) {
    this.disconnect();
    if (typeof MediaStreamTrackProcessor !== 'function') return;
    const life = new AbortController();
    this.#life = life;
    this.#process(track, life.signal).catch((problem) => life.signal.aborted || this.#onFault(problem));
  }

  /**
   * Take stills from a decoder of our own.
   * @param {import('../stream/stream_pictures.js').StreamPictures} pictures
   */
  receive(pictures) {
    this.disconnect();
    const { signal } = (this.#life = new AbortController());
    pictures.onStill = (frame, rtp) => void this.#take(frame, rtp, signal);
    signal.addEventListener('abort', () => {
      pictures.onStill = null;
    });
  }

  disconnect() {
    this.#life?.abort();
    this.#life = null;
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {AbortSignal} signal
   */
  async #process(track, signal) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable.getReader();
    signal.addEventListener('abort', () => reader.cancel().catch(() => undefined));
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      await this.#take(frame, frame.metadata?.().rtpTimestamp, signal);
    }
  }

  /**
   * @param {VideoFrame} frame is closed
   * @param {number | undefined} rtp
   * @param {AbortSignal} signal
   */
  async #take(frame, rtp, signal) {
    try {
      if (signal.aborted || rtp === undefined) return;
      const decoded = await luma(frame);
      if (!signal.aborted) this.#onPicture(rtp >>> 0, decoded);
    } catch (problem) {
      this.#onFault(problem);
    } finally {
      frame.close();
    }
  }
}

/**
 * @param {VideoFrame} frame
 * @returns {Promise<Decoded>}
 */
async function luma(frame) {
  const { format, visibleRect } = frame;
  if (!format || !LUMA_FIRST.has(format) || !visibleRect) throw new Error(`A still was decoded as ${format ?? 'an unknown format'}.`);
  const options = { rect: visibleRect };
  const buffer = new Uint8Array(frame.allocationSize(options));
  const [{ offset, stride }] = await frame.copyTo(buffer, options);
  const { width, height } = visibleRect;
  return { kind: 'plane', bytes: buffer.subarray(offset, offset + stride * height), stride, width, height };
}
