/**
 * Keeps the page on a seat: asks for one as soon as the server knows the page, answers the host's offer, and when the seat is lost
 * asks for another, at once and then ever more slowly. Says in one word how things stand (`phase`).
 */

import { encodeBeat } from '../protocol/moves.js';
import { decode } from '../protocol/frames.js';
import { decodeControl } from '../protocol/control_decoder.js';
import { ProtocolError } from '../protocol/protocol_error.js';
import { BEAT_MS } from '../protocol/limits.js';
import { PageSocket } from '../signaling/page_socket.js';
import { makeCertificate } from '../webrtc/certificate.js';
import { diagnose } from '../webrtc/diagnosis.js';
import { Peer } from '../webrtc/peer.js';
import { text } from '../text/en.js';
import { backoff } from './backoff.js';
import { Liveness } from './liveness.js';
import { nextPhase } from './phase.js';

/** @typedef {import('./phase.js').Phase} Phase */
/** @typedef {import('../protocol/page.js').SeatOffer} SeatOffer */

const OFFER_MS = 10_000;
const CONNECT_MS = 15_000;
const DIAGNOSE_MS = 5_000;
const JUDGE_MS = 100;

/**
 * @typedef {object} SeatEvents
 * @property {(phase: Phase) => void} phase
 * @property {(message: import('../protocol/page.js').ToPage) => void} server what the seat does not deal with
 * @property {() => void} ready the host of a new seat can be talked to
 * @property {(message: import('../protocol/control.js').ToPage) => void} control
 * @property {(packet: import('../protocol/frames.js').FramesPacket) => void} frames
 * @property {(beat: import('../protocol/frames.js').HostBeat) => void} beat
 * @property {(track: MediaStreamTrack) => void} track
 * @property {(sentence: string, lines?: string[]) => void} trouble what is in the way, for the reader
 * @property {() => {epoch: number, revision: number, rtp: number, pictures: number}} shown for the page's beat
 */

export class SeatKeeper {
  #events;
  #socket;
  #liveness = new Liveness();
  /** @type {Phase} */
  #phase = 'connecting';
  /** @type {Promise<{certificate: RTCCertificate, fingerprint: string}>} */
  #certificate;
  /** @type {Peer | null} */
  #peer = null;
  /** @type {SeatOffer | null} */
  #offer = null;
  #request = '';
  #requests = 0;
  #attempt = 0;
  #timer = 0;
  #beat = 0;
  #heardHost = { time: 0, at: 0 };
  #ready = false;
  #parked = false;

  /**
   * @param {string} page the tab's id
   * @param {SeatEvents} events
   */
  constructor(page, events) {
    this.#events = events;
    this.#certificate = makeCertificate();
    this.#socket = new PageSocket(page, {
      message: (message) => this.#fromServer(message),
      down: () => this.#peer || this.#events.trouble(text.server.notReached),
    });
    window.setInterval(() => this.#sendBeat(), BEAT_MS);
    window.setInterval(() => this.#judge(), JUDGE_MS);
    window.addEventListener('pagehide', () => this.release());
    window.addEventListener('pageshow', (event) => event.persisted && this.retry());
  }

  start() {
    this.#socket.open();
  }

  get phase() {
    return this.#phase;
  }

  /** When what is shown was last known to be current (Date.now), or null. */
  get lastLive() {
    return this.#liveness.lastLive;
  }

  /** The offer of the seat in use: host name, renderer, encoder. */
  get offer() {
    return this.#offer;
  }

  get peer() {
    return this.#peer;
  }

  /** @param {string} state what the host says about the renderer */
  set renderer(state) {
    this.#liveness.renderer = state;
    this.#judge();
  }

  /** Ask anew, now: the reader pressed the button, or the page came back. */
  retry() {
    this.#parked = false;
    this.#attempt = 0;
    this.#move('requested');
    this.#ask();
  }

  /** Let the seat go; the page leaves. */
  release() {
    this.#drop();
    this.#parked = true;
  }

  /** @param {import('../protocol/control.js').FromPage} message */
  sendControl(message) {
    return this.#peer?.sendControl(message) ?? false;
  }

  /** @param {ArrayBuffer} bytes */
  sendMoves(bytes) {
    return this.#peer?.sendMoves(bytes) ?? false;
  }

  // ---- asking

  #ask() {
    clearTimeout(this.#timer);
    if (this.#parked) return;
    this.#requests += 1;
    const request = `${Date.now().toString(36)}-${this.#requests}`;
    this.#request = request;
    this.#timer = window.setTimeout(() => this.#lose(text.seat.noOffer), OFFER_MS);
    this.#certificate.then(
      ({ fingerprint }) => {
        if (this.#request === request) this.#socket.send({ type: 'seat.request', request, fingerprint, archive: '' });
      },
      () => this.#refuse(text.browser.noWebRtc),
    );
  }

  /** @param {import('../protocol/page.js').ToPage} message */
  #fromServer(message) {
    switch (message.type) {
      case 'welcome':
        this.#events.server(message);
        if (!this.#peer) this.#ask();
        break;
      case 'seat.offer':
        if (message.request === this.#request) void this.#take(message);
        else this.#socket.send({ type: 'seat.release', seat: message.seat });
        break;
      case 'seat.failed':
        if (message.request === this.#request) this.#failed(message);
        break;
      case 'seat.candidate':
        if (message.seat === this.#offer?.seat) void this.#addCandidate(message);
        break;
      case 'seat.lost':
        if (message.seat === this.#offer?.seat) this.#lose(message.message);
        break;
      case 'signed-out':
        this.#socket.close();
        this.#drop();
        this.#events.server(message);
        break;
      default:
        this.#events.server(message);
    }
  }

  /** @param {import('../protocol/page.js').SeatFailed} message */
  #failed(message) {
    clearTimeout(this.#timer);
    this.#request = '';
    this.#events.trouble(message.message);
    if (message.retry_after > 0) {
      this.#timer = window.setTimeout(() => this.#ask(), message.retry_after * 1000);
    } else {
      this.#move('refused');
    }
  }

  /** @param {SeatOffer} offer */
  async #take(offer) {
    clearTimeout(this.#timer);
    this.#drop();
    this.#offer = offer;
    this.#request = '';
    this.#ready = false;
    this.#liveness.reset();
    this.#heardHost = { time: 0, at: 0 };
    const { certificate } = await this.#certificate;
    if (this.#offer !== offer) return;
    const peer = new Peer(certificate, offer.ice_servers, {
      candidate: (candidate) => this.#sendCandidate(offer.seat, candidate),
      track: (track) => this.#events.track(track),
      controlOpen: () => this.#opened(),
      control: (data) => this.#fromHost(data),
      frames: (data) => this.#fromFrames(data),
      lost: () => this.#lose(text.seat.connectionLost),
    });
    this.#peer = peer;
    this.#timer = window.setTimeout(() => this.#lose(text.seat.noConnection), CONNECT_MS);
    window.setTimeout(() => this.#peer === peer && !this.#ready && void this.explain(), DIAGNOSE_MS);
    try {
      const sdp = await peer.answer(offer.sdp);
      if (this.#peer === peer) this.#socket.send({ type: 'seat.answer', seat: offer.seat, sdp });
    } catch {
      if (this.#peer === peer) this.#lose(text.seat.badOffer);
    }
  }

  /** Say what was tried and what to open in a firewall. */
  async explain() {
    if (!this.#peer) return;
    const lines = await diagnose(this.#peer.connection).catch(() => []);
    this.#events.trouble(text.seat.noPicture(this.#offer?.host_name ?? ''), lines.length ? lines : [text.seat.noPairs]);
  }

  #opened() {
    clearTimeout(this.#timer);
    this.#ready = true;
    this.#attempt = 0;
    this.#heard();
    this.#sendBeat();
    this.#events.ready();
  }

  /**
   * The seat is gone: ask for another.
   * @param {string} sentence
   */
  #lose(sentence) {
    this.#drop();
    this.#move('lost');
    this.#events.trouble(sentence);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  /** @param {string} sentence */
  #refuse(sentence) {
    this.#drop();
    this.#events.trouble(sentence);
    this.#move('refused');
  }

  #drop() {
    const offer = this.#offer;
    clearTimeout(this.#timer);
    this.#offer = null;
    this.#peer?.close();
    this.#peer = null;
    this.#ready = false;
    if (offer) this.#socket.send({ type: 'seat.release', seat: offer.seat });
  }

  /**
   * @param {string} seat
   * @param {RTCIceCandidate | null} candidate
   */
  #sendCandidate(seat, candidate) {
    this.#socket.send({
      type: 'seat.candidate',
      seat,
      candidate: candidate?.candidate ?? '',
      sdp_mid: candidate?.sdpMid ?? '0',
      sdp_m_line_index: candidate?.sdpMLineIndex ?? 0,
    });
  }

  /** @param {import('../protocol/page.js').SeatCandidate} message */
  async #addCandidate({ candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex }) {
    try {
      await this.#peer?.addCandidate(candidate ? { candidate, sdpMid, sdpMLineIndex } : null);
    } catch {
      // One address that does not fit is no reason to give up the others.
    }
  }

  // ---- the host

  /** @param {string} data */
  #fromHost(data) {
    this.#heard();
    try {
      this.#events.control(decodeControl(data));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      console.error(`A control message was not understood: ${error.message}`);
    }
  }

  /** @param {ArrayBuffer} data */
  #fromFrames(data) {
    try {
      const message = decode(data);
      if (message.kind === 'beat') {
        this.#heardHost = { time: message.beat.time, at: performance.now() };
        this.#liveness.workerAge = message.beat.worker_age_ms;
        this.#heard();
        this.#events.beat(message.beat);
      } else {
        this.#heard();
        this.#events.frames(message.packet);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      console.error(`A frames packet was not understood: ${error.message}`);
    }
  }

  /** A sign of life; decoded pictures are one too. */
  heard() {
    if (this.#ready) this.#heard();
  }

  #heard() {
    this.#liveness.heard(performance.now(), Date.now());
    this.#judge();
  }

  #judge() {
    if (!this.#ready) return;
    const judgement = this.#liveness.judge(performance.now());
    if (judgement === 'alive' || judgement === 'silent') this.#move(judgement);
    if (judgement === 'lost') this.#lose(text.seat.connectionLost);
  }

  #sendBeat() {
    const { epoch, revision, rtp, pictures } = this.#events.shown();
    const now = performance.now();
    this.#beat += 1;
    const { time, at } = this.#heardHost;
    // The echo is moved on by the time it rested here, so that the host measures the way alone.
    this.sendMoves(
      encodeBeat({ epoch, sequence: this.#beat, time: now, revision, rtp, echo: time && time + now - at, pictures }),
    );
  }

  /** @param {import('./phase.js').PhaseEvent} event */
  #move(event) {
    const phase = nextPhase(this.#phase, event);
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#events.phase(phase);
  }
}
