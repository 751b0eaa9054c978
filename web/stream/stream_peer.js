/** A seat's way to its host over a WebSocket, where UDP is blocked: says what the channels and tracks of WebRTC say elsewhere. */

import { ProtocolError } from '../protocol/protocol_error.js';
import { socketAddress } from '../protocol/socket_address.js';
import { StreamKind, decodeStream, encodeBegin, encodeKeyframe, encodePassed } from '../protocol/stream.js';
import { Arrivals } from './arrivals.js';
import { StreamPictures } from './stream_pictures.js';

/** @typedef {import('../webrtc/peer.js').PeerEvents} PeerEvents */

const REPORT_MS = 60;
/** More than this unsent, and what would be added is already old. */
const MOVES_BUFFER_BYTES = 4_096;
const PICTURES = 'avc1.640034';
const STILLS = 'avc1.f40034';

/** @returns {Promise<{stills: boolean} | null>} what this browser decodes without WebRTC; null = no pictures */
export async function decodes() {
  if (typeof VideoDecoder !== 'function' || typeof EncodedVideoChunk !== 'function') return null;
  const [pictures, stills] = await Promise.all(
    [PICTURES, STILLS].map((codec) => VideoDecoder.isConfigSupported({ codec, optimizeForLatency: true }).catch(() => null)),
  );
  return pictures?.supported ? { stills: stills?.supported === true } : null;
}

export class StreamPeer {
  #events;
  #decodesStills;
  /** @type {WebSocket | null} */
  #socket = null;
  #arrivals = new Arrivals();
  #pictures;
  #timer = 0;
  #closed = false;
  #isHeard = false;

  /**
   * @param {boolean} decodesStills
   * @param {Pick<PeerEvents, 'controlOpen' | 'control' | 'frames' | 'lost'> & {stream: (pictures: StreamPictures) => void}} events
   */
  constructor(decodesStills, events) {
    this.#decodesStills = decodesStills;
    this.#events = events;
    this.#pictures = new StreamPictures(() => this.#send(encodeKeyframe()));
    events.stream(this.#pictures);
  }

  /**
   * Opens this end.
   * @param {string} _sdp is empty: nothing has to be described
   * @param {string} token
   * @returns {Promise<string>} nothing that the host must be told by the server
   */
  async answer(_sdp, token) {
    const socket = new WebSocket(socketAddress('ws/page-stream'), [`farview-stream.${token}`]);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#send(encodeBegin(this.#decodesStills));
    socket.onmessage = ({ data }) => this.#closed || this.#receive(data);
    socket.onclose = () => this.#closed || this.#events.lost();
    return '';
  }

  /** There are none here. */
  async addCandidate() {}

  /** The server is: that is enough. */
  get isReached() {
    return true;
  }

  /** The browser measures nothing of it. */
  get connection() {
    return { getStats: async () => /** @type {RTCStatsReport} */ (new Map()) };
  }

  /**
   * @param {ArrayBuffer} bytes
   * @returns {boolean} false when it is closed or has no room
   */
  sendMoves(bytes) {
    if (!this.#socket || this.#socket.bufferedAmount > MOVES_BUFFER_BYTES) return false;
    return this.#send(encodePassed(StreamKind.MOVES, new Uint8Array(bytes)));
  }

  /**
   * @param {import('../protocol/control.js').FromPage} message
   * @returns {boolean}
   */
  sendControl(message) {
    return this.#send(encodePassed(StreamKind.CONTROL, new TextEncoder().encode(JSON.stringify(message))));
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#pictures.close();
    this.#socket?.close();
  }

  /** @param {ArrayBuffer} data */
  #send(data) {
    if (this.#closed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(data);
    return true;
  }

  /** @param {ArrayBuffer} data */
  #receive(data) {
    const now = performance.now();
    if (!this.#isHeard) {
      this.#isHeard = true;
      this.#events.controlOpen();
    }
    try {
      const message = decodeStream(data);
      if (message.kind === 'control') this.#events.control(new TextDecoder().decode(message.data));
      else if (message.kind === 'frames') this.#events.frames(message.data);
      else {
        this.#came(message.part.number, now);
        this.#pictures.part(message.part);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      console.error(`A message of the render host was not understood: ${error.message}`);
    }
  }

  /**
   * @param {number} number
   * @param {number} now
   */
  #came(number, now) {
    this.#arrivals.add(number, now);
    if (this.#arrivals.isFull) this.#report();
    else if (this.#arrivals.count === 1) this.#timer = window.setTimeout(() => this.#report(), REPORT_MS);
  }

  #report() {
    clearTimeout(this.#timer);
    if (this.#arrivals.count > 0) this.#send(this.#arrivals.take());
  }
}
