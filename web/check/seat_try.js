/** One seat, made to be measured and let go at once: over WebRTC, or over a WebSocket as where UDP is blocked. */

import { PageSocket } from '../signaling/page_socket.js';
import { StreamPeer } from '../stream/stream_peer.js';
import { text } from '../text/en_check.js';
import { makeCertificate } from '../webrtc/certificate.js';
import { diagnose } from '../webrtc/diagnosis.js';
import { Peer } from '../webrtc/peer.js';
import { candidateKinds, wayOf } from '../webrtc/way.js';
import { hasRelay } from './verdict.js';

/** @typedef {import('../protocol/page.js').SeatOffer} SeatOffer */
/** @typedef {import('./verdict.js').Tried} Tried */

const { server, seat } = text.rows;
const CONNECT_MS = 10_000;
/** The browser measures the way by its own checks, the first of them at once. */
const MEASURED_MS = 3_000;
const LOOK_MS = 100;

export class SeatTry {
  /** @type {PageSocket} */
  #socket;
  #transport;
  /** @type {Peer | StreamPeer | null} */
  #peer = null;
  /** @type {SeatOffer | null} */
  #offer = null;
  #began = performance.now();
  /** @type {(tried: Tried) => void} */
  #done = () => undefined;
  /** @type {ReturnType<typeof makeCertificate> | null} */
  #made = null;

  /** @param {import('../protocol/page.js').Carrier} transport */
  constructor(transport) {
    this.#transport = transport;
    this.#socket = new PageSocket(`check-${Math.floor(Math.random() * 1e9).toString(36)}`, {
      message: (message) => this.#hear(message),
      up: () => void this.#ask().catch((error) => this.#fail(error.message)),
      down: () => this.#fail(server.bad),
      refused: (sentence) => this.#fail(sentence),
    });
  }

  /** @returns {Promise<Tried>} */
  async run() {
    const timer = setTimeout(() => void this.#explain(), CONNECT_MS);
    try {
      return await new Promise((done) => {
        this.#done = done;
        this.#socket.open();
      });
    } finally {
      clearTimeout(timer);
      if (this.#offer) this.#socket.send({ type: 'seat.release', seat: this.#offer.seat });
      this.#peer?.close();
      this.#socket.close();
    }
  }

  /** Not for want of a way. @param {string} why */
  #fail(why) {
    this.#done({ outcome: 'failed', why });
  }

  #certificate() {
    this.#made ??= makeCertificate();
    return this.#made;
  }

  async #ask() {
    const transport = this.#transport;
    const fingerprint = transport === 'socket' ? '' : (await this.#certificate()).fingerprint;
    this.#socket.send({ type: 'seat.request', request: 'check', fingerprint, archive: '', transport });
  }

  /** @param {import('../protocol/page.js').ToPage} message */
  #hear(message) {
    switch (message.type) {
      case 'seat.offer':
        this.#take(message).catch((error) => this.#fail(error.message));
        break;
      case 'seat.candidate': {
        const { candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex } = message;
        this.#peer?.addCandidate(candidate ? { candidate, sdpMid, sdpMLineIndex } : null).catch(() => undefined);
        break;
      }
      case 'seat.lost':
        // A host that reaches nobody gives the seat up.
        if (this.#transport === 'socket') this.#fail(message.message);
        else void this.#explain();
        break;
      case 'seat.failed':
      case 'signed-out':
      case 'error':
        this.#fail(message.message);
        break;
      default:
        break;
    }
  }

  /** @param {SeatOffer} offer */
  async #take(offer) {
    this.#offer = offer;
    this.#peer = await this.#open(offer);
    const sdp = await this.#peer.answer(offer.sdp, offer.stream);
    if (sdp) this.#socket.send({ type: 'seat.answer', seat: offer.seat, sdp });
  }

  /**
   * @param {SeatOffer} offer
   * @returns {Promise<Peer | StreamPeer>}
   */
  async #open(offer) {
    const nothing = () => undefined;
    const events = {
      candidate: (/** @type {RTCIceCandidate | null} */ found) =>
        void this.#socket.send({
          type: 'seat.candidate',
          seat: offer.seat,
          candidate: found?.candidate ?? '',
          sdp_mid: found?.sdpMid ?? '0',
          sdp_m_line_index: found?.sdpMLineIndex ?? 0,
        }),
      controlOpen: () => void this.#measure(offer, performance.now() - this.#began),
      lost: () => void this.#explain(),
      track: nothing, stillTrack: nothing, control: nothing, frames: nothing, stillChunk: nothing, shaky: nothing, stream: nothing,
    };
    if (this.#transport === 'socket') return new StreamPeer(false, events);
    const { certificate } = await this.#certificate();
    return new Peer(certificate, offer, events);
  }

  /**
   * @param {SeatOffer} offer
   * @param {number} made ms until the host could be talked to
   */
  async #measure({ host_name: host }, made) {
    const until = performance.now() + MEASURED_MS;
    while (this.#peer) {
      const stats = [...(await this.#peer.connection.getStats()).values()];
      const way = wayOf(stats);
      const isLate = performance.now() > until;
      // Of a WebSocket the browser measures nothing.
      if (this.#transport === 'socket') return this.#done({ outcome: 'reached', host, made, way: null, kinds: null });
      if (way && (way.roundTripMs > 0 || isLate)) {
        return this.#done({ outcome: 'reached', host, made, way, kinds: candidateKinds(stats) });
      }
      if (isLate) return this.#fail(seat.notMeasured);
      await new Promise((go) => setTimeout(go, LOOK_MS));
    }
  }

  /** No connection: what was tried. */
  async #explain() {
    if (!this.#offer) return this.#fail(seat.noOffer);
    const isStream = !this.#peer || this.#peer instanceof StreamPeer;
    const lines = isStream ? [] : await diagnose(/** @type {Peer} */ (this.#peer).connection).catch(() => []);
    this.#done({ outcome: 'blocked', lines, hasRelay: hasRelay(this.#offer.ice_servers) });
  }
}
