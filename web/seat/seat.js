/** One seat: the connection to one render host, from its offer to its end. What comes is decoded here; who asks again is the keeper. */

import { encodeBeat } from '../protocol/beat.js';
import { decode } from '../protocol/frames.js';
import { MessageParts } from '../protocol/message_parts.js';
import { ProtocolError } from '../protocol/protocol_error.js';
import { diagnose } from '../webrtc/diagnosis.js';
import { text } from '../text/en_seat.js';

/** @typedef {import('../protocol/page.js').SeatOffer} SeatOffer */
/** @typedef {import('../protocol/page.js').SeatCandidate} SeatCandidate */
/** @typedef {import('../stream/stream_pictures.js').StreamPictures} StreamPictures */
/** @typedef {import('../webrtc/peer.js').PeerEvents & {stream: (pictures: StreamPictures) => void}} WayEvents */
/** What carries a seat. @typedef {import('../webrtc/peer.js').Peer | import('../stream/stream_peer.js').StreamPeer} Way */

const CONNECT_MS = 15_000;
const DIAGNOSE_MS = 5_000;
/** UDP may come through, and the rest not. */
const STUCK_MS = 4_000;

/**
 * @typedef {object} HostEvents
 * @property {(message: import('../protocol/control.js').ToPage) => void} control
 * @property {(packet: import('../protocol/frames.js').FramesPacket) => void} frames
 * @property {(beat: import('../protocol/frames.js').HostBeat) => void} beat
 * @property {(track: MediaStreamTrack) => void} track
 * @property {(track: MediaStreamTrack) => void} [stillTrack]
 * @property {(data: ArrayBuffer) => void} [stillChunk]
 * @property {(pictures: StreamPictures) => void} [stream] in the place of tracks, where the seat is on a WebSocket
 */

/**
 * @typedef {object} LifeEvents
 * @property {() => void} opened the host can be talked to
 * @property {(workerAge?: number) => void} heard a sign of life; from a beat with the age of the worker's, ms
 * @property {() => void} shaky the browser has doubts about the way
 * @property {(sentence: string) => void} lost told once
 * @property {number} patience ms until a way that reaches nobody counts as blocked
 * @property {() => void} blocked nobody was reached yet
 * @property {(sentence: string, lines: string[]) => void} slow no connection yet: what was tried
 */

export class Seat {
  offer;
  #peer;
  #send;
  #life;
  #host;
  #open = false;
  #over = false;
  #parts = new MessageParts();
  #beats = 0;
  #heardHost = { time: 0, at: 0 };
  #roundTrip = 0;
  /** Tracks, which come before the seat is taken; null once it is. @type {(() => void)[] | null} */
  #early = [];
  /** Why it was of no use, told when it is let go. @type {import('../protocol/page.js').SeatProblem} */
  #problem = '';
  #timers;

  /**
   * @param {SeatOffer} offer
   * @param {(events: WayEvents) => Way} open
   * @param {(message: import('../protocol/page.js').FromPage) => boolean} send to the signaling server
   * @param {HostEvents} host
   * @param {LifeEvents} life
   */
  constructor(offer, open, send, host, life) {
    this.offer = offer;
    this.#send = send;
    this.#host = host;
    this.#life = life;
    this.#peer = open({
      candidate: (candidate) => this.#sendCandidate(candidate),
      track: (track) => this.#onceTaken(() => host.track(track)),
      stillTrack: (track) => this.#onceTaken(() => host.stillTrack?.(track)),
      stream: (pictures) => this.#onceTaken(() => host.stream?.(pictures)),
      controlOpen: () => this.#opened(),
      control: (data) => this.#read(() => this.#control(data)),
      frames: (data) => this.#read(() => this.#frames(data)),
      stillChunk: (data) => this.#read(() => host.stillChunk?.(data)),
      shaky: () => life.shaky(),
      lost: () => this.#lose(text.seat.connectionLost),
    });
    this.#timers = [
      window.setTimeout(() => this.#open || this.#lose(text.seat.noConnection, 'not-connected'), CONNECT_MS),
      window.setTimeout(() => this.#open || void this.#explain(), DIAGNOSE_MS),
      window.setTimeout(() => this.#open || this.#peer.isReached || life.blocked(), life.patience),
      window.setTimeout(() => this.#open || life.blocked(), STUCK_MS),
    ];
  }

  /** @param {string} data */
  #control(data) {
    const message = this.#parts.take(data);
    if (message) this.#host.control(message);
  }

  /** Answer the host's offer. */
  async answer() {
    try {
      const sdp = await this.#peer.answer(this.offer.sdp, this.offer.stream);
      if (!this.#over && sdp) this.#send({ type: 'seat.answer', seat: this.offer.seat, sdp });
    } catch {
      this.#lose(text.seat.badOffer, 'bad-offer');
    }
  }

  /** Whether the host can be talked to. */
  get isOpen() {
    return this.#open && !this.#over;
  }

  /** What the host measured last, ms; 0 while unknown. */
  get roundTrip() {
    return this.#roundTrip;
  }

  /** From now on this is the seat in use: what its host says is told. */
  take() {
    const early = this.#early ?? [];
    this.#early = null;
    for (const tell of early) tell();
  }

  /** The browser's statistics of the connection. */
  stats() {
    return this.#peer.connection.getStats();
  }

  /** @param {import('../protocol/control.js').FromPage} message */
  sendControl(message) {
    return this.#peer.sendControl(message);
  }

  /** @param {ArrayBuffer} bytes */
  sendMoves(bytes) {
    return this.#peer.sendMoves(bytes);
  }

  /** @param {{epoch: number, revision: number, rtp: number, pictures: number}} shown */
  beat({ epoch, revision, rtp, pictures }) {
    const now = performance.now();
    const { time, at } = this.#heardHost;
    this.#beats += 1;
    // The echo is moved on by the time it rested here, so that the host measures the way alone.
    const echo = time && time + now - at;
    this.sendMoves(encodeBeat({ epoch, sequence: this.#beats, time: now, revision, rtp, echo, pictures }));
  }

  /** @param {SeatCandidate} message */
  async addCandidate({ candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex }) {
    try {
      await this.#peer.addCandidate(candidate ? { candidate, sdpMid, sdpMLineIndex } : null);
    } catch {
      // One address that does not fit is no reason to give up the others.
    }
  }

  /** @param {import('../protocol/page.js').SeatProblem} [problem] why it is of no use */
  close(problem = this.#problem) {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#peer.close();
    this.#send({ type: 'seat.release', seat: this.offer.seat, problem });
  }

  /** @param {() => void} tell */
  #onceTaken(tell) {
    if (this.#early) this.#early.push(tell);
    else tell();
  }

  #opened() {
    this.#open = true;
    this.#life.opened();
  }

  /**
   * @param {string} sentence
   * @param {import('../protocol/page.js').SeatProblem} [problem]
   */
  #lose(sentence, problem = '') {
    this.#problem = problem;
    if (!this.#over) this.#life.lost(sentence);
  }

  async #explain() {
    if (this.offer.transport === 'socket') return;
    const lines = await diagnose(this.#peer.connection).catch(() => []);
    if (this.#open || this.#over) return;
    this.#life.slow(text.seat.noPicture(this.offer.host_name), lines.length > 0 ? lines : [text.seat.noPairs]);
  }

  /** @param {RTCIceCandidate | null} candidate */
  #sendCandidate(candidate) {
    this.#send({
      type: 'seat.candidate',
      seat: this.offer.seat,
      candidate: candidate?.candidate ?? '',
      sdp_mid: candidate?.sdpMid ?? '0',
      sdp_m_line_index: candidate?.sdpMLineIndex ?? 0,
    });
  }

  /** @param {ArrayBuffer} data */
  #frames(data) {
    const message = decode(data);
    if (message.kind === 'frames') {
      this.#host.frames(message.packet);
    } else {
      this.#heardHost = { time: message.beat.time, at: performance.now() };
      this.#roundTrip = message.beat.rtt_ms;
      this.#life.heard(message.beat.worker_age_ms);
      this.#host.beat(message.beat);
    }
  }

  /**
   * What can't be understood is noted and skipped; the seat goes on.
   * @param {() => void} take
   */
  #read(take) {
    if (this.#early) return;
    try {
      this.#life.heard();
      take();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      console.error(`A message of the render host was not understood: ${error.message}`);
    }
  }
}
