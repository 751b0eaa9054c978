/** What browsers have and the type library does not know yet. */

/** https://w3c.github.io/mediacapture-transform/ (Chromium has it on the main thread). */
declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack; maxBufferSize?: number });
  readonly readable: ReadableStream<VideoFrame>;
}

interface VideoFrame {
  metadata?(): { rtpTimestamp?: number };
}

interface RTCRtpReceiver {
  playoutDelayHint?: number;
}
