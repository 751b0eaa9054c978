/**
 * Where decoded frames come out: MediaStreamTrackProcessor where the browser has it (it gives frames as soon as they are
 * decoded), else the <video> element's frame callback.
 */

/** @typedef {VideoFrame | HTMLVideoElement} Drawable */
/** @typedef {{source: Drawable, close(): void}} DecodedFrame */

export class Outlet {
  #video;
  #onFrame;
  #onBlind;
  /** @type {AbortController | null} */
  #life = null;
  /** @type {((rtp: number, received: number) => void) | null} */
  #timed = null;
  #isTiming = false;
  /** @type {import('../stream/stream_pictures.js').StreamPictures | null} */
  #pictures = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {(frame: DecodedFrame, rtp: number) => void} onFrame
   * @param {() => void} onBlind frames come, but nothing says which they are
   */
  constructor(video, onFrame, onBlind) {
    this.#video = video;
    this.#onFrame = onFrame;
    this.#onBlind = onBlind;
  }

  /**
   * Take frames from this track, and from no other any more.
   * @param {MediaStreamTrack} track
   */
  connect(track) {
    this.disconnect();
    const life = new AbortController();
    this.#life = life;
    // The element stays the decoder's sink in either case: some browsers decode for no other reason.
    this.#video.srcObject = new MediaStream([track]);
    this.#video.play().catch((error) => {
      // A muted inline video may play nearly everywhere; other errors mean that the track was replaced meanwhile.
      const isRefused = error.name === 'NotAllowedError' && !life.signal.aborted;
      if (isRefused && typeof MediaStreamTrackProcessor !== 'function') this.#video.dispatchEvent(new Event('refused'));
    });
    if (typeof MediaStreamTrackProcessor === 'function') void this.#process(track, life.signal);
    else this.#watch(life.signal);
  }

  /**
   * Take frames from a decoder of our own: there is no track where the seat is on a WebSocket.
   * @param {import('../stream/stream_pictures.js').StreamPictures} pictures
   */
  receive(pictures) {
    this.disconnect();
    this.#pictures = pictures;
    pictures.onFrame = (frame, rtp, received) => {
      this.#timed?.(rtp, received);
      this.#onFrame({ source: frame, close: () => frame.close() }, rtp);
    };
  }

  /**
   * Tell when the last packet of each frame came (ms), which only the element's frame callback knows; it costs a callback a frame.
   * @param {((rtp: number, received: number) => void) | null} timed null = not any more
   */
  time(timed) {
    this.#timed = timed;
    if (timed && !this.#isTiming) this.#clock();
  }

  #clock() {
    this.#isTiming = this.#timed !== null;
    if (!this.#isTiming) return;
    this.#video.requestVideoFrameCallback((_now, { rtpTimestamp, receiveTime }) => {
      if (rtpTimestamp !== undefined && receiveTime !== undefined) this.#timed?.(rtpTimestamp >>> 0, receiveTime);
      this.#clock();
    });
  }

  disconnect() {
    this.#life?.abort();
    this.#life = null;
    if (this.#pictures) this.#pictures.onFrame = null;
    this.#pictures = null;
    this.#video.srcObject = null;
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
      const rtp = frame.metadata?.().rtpTimestamp;
      if (signal.aborted) {
        frame.close();
      } else if (rtp === undefined) {
        // Without a timestamp nothing says what the picture shows.
        frame.close();
        await reader.cancel();
        this.#watch(signal);
        return;
      } else {
        this.#onFrame({ source: frame, close: () => frame.close() }, rtp >>> 0);
      }
    }
  }

  /** @param {AbortSignal} signal */
  #watch(signal) {
    const video = this.#video;
    const next = () => {
      video.requestVideoFrameCallback((_now, metadata) => {
        if (signal.aborted) return;
        if (metadata.rtpTimestamp === undefined) {
          this.#onBlind();
          return;
        }
        this.#onFrame({ source: video, close: () => undefined }, metadata.rtpTimestamp >>> 0);
        next();
      });
    };
    next();
  }
}
