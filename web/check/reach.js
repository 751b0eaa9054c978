/** Whether the server and a render host are reached from here, how, and how fast: by a real seat, let go at once. */

import { PageSocket } from '../signaling/page_socket.js';
import { text } from '../text/en_check.js';
import { makeCertificate } from '../webrtc/certificate.js';
import { diagnose } from '../webrtc/diagnosis.js';
import { Peer } from '../webrtc/peer.js';
import { candidateKinds, wayOf } from './way.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {import('./row.js').Check} Check */
/** @typedef {import('../protocol/page.js').SeatOffer} SeatOffer */

const { rows } = text;
const SERVER_TIMES = 5;
const CONNECT_MS = 15_000;
/** The browser measures the way by its own checks, the first of them at once. */
const MEASURED_MS = 3_000;
const LOOK_MS = 100;

/** @param {boolean} isSignedIn @returns {readonly Check[]} */
export function reachChecks(isSignedIn) {
  const signIn = () => /** @type {Row} */ ({ id: 'seat', outcome: 'told', words: rows.seat.signIn });
  return [
    { id: 'server', run: server },
    { id: 'seat', run: isSignedIn ? () => new SeatCheck().run() : signIn, seconds: 30 },
  ];
}

/** @returns {Promise<Row>} */
async function server() {
  const times = [];
  for (let count = 0; count < SERVER_TIMES; count += 1) {
    const began = performance.now();
    const { ok } = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    if (!ok) return { id: 'server', outcome: 'bad', words: rows.server.bad };
    times.push(performance.now() - began);
  }
  // The first one may have made the connection.
  const sorted = times.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  return { id: 'server', outcome: 'good', words: rows.server.words(median.toFixed(0), sorted[sorted.length - 1].toFixed(0)) };
}

/** One seat, made to be measured. */
class SeatCheck {
  /** @type {PageSocket} */
  #socket;
  /** @type {Peer | null} */
  #peer = null;
  #seat = '';
  #host = '';
  #began = performance.now();
  /** @type {(row: Row) => void} */
  #done = () => undefined;

  constructor() {
    this.#socket = new PageSocket(`check-${Math.floor(Math.random() * 1e9).toString(36)}`, {
      message: (message) => this.#hear(message),
      up: () => void this.#ask().catch((error) => this.#end(rows.seat.bad(error.message))),
      down: () => this.#end(rows.seat.bad(rows.server.bad)),
    });
  }

  /** @returns {Promise<Row>} */
  async run() {
    const timer = setTimeout(() => void this.#explain(), CONNECT_MS);
    try {
      return await new Promise((done) => {
        this.#done = done;
        this.#socket.open();
      });
    } finally {
      clearTimeout(timer);
      if (this.#seat) this.#socket.send({ type: 'seat.release', seat: this.#seat });
      this.#peer?.close();
      this.#socket.close();
    }
  }

  /** @param {string} words */
  #end(words) {
    this.#done({ id: 'seat', outcome: 'bad', words });
  }

  async #ask() {
    const { fingerprint } = await this.#certificate();
    this.#socket.send({ type: 'seat.request', request: 'check', fingerprint, archive: '' });
  }

  /** @type {ReturnType<typeof makeCertificate> | null} */
  #made = null;

  #certificate() {
    this.#made ??= makeCertificate();
    return this.#made;
  }

  /** @param {import('../protocol/page.js').ToPage} message */
  #hear(message) {
    switch (message.type) {
      case 'seat.offer':
        this.#take(message).catch((error) => this.#end(rows.seat.bad(error.message)));
        break;
      case 'seat.candidate': {
        const { candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex } = message;
        this.#peer?.addCandidate(candidate ? { candidate, sdpMid, sdpMLineIndex } : null).catch(() => undefined);
        break;
      }
      case 'seat.failed':
      case 'seat.lost':
      case 'signed-out':
      case 'error':
        this.#end(rows.seat.bad(message.message));
        break;
      default:
        break;
    }
  }

  /** @param {SeatOffer} offer */
  async #take(offer) {
    const { certificate } = await this.#certificate();
    const { seat } = offer;
    this.#seat = seat;
    this.#host = offer.host_name;
    const nothing = () => undefined;
    const peer = new Peer(certificate, offer, {
      candidate: (found) =>
        void this.#socket.send({
          type: 'seat.candidate',
          seat,
          candidate: found?.candidate ?? '',
          sdp_mid: found?.sdpMid ?? '0',
          sdp_m_line_index: found?.sdpMLineIndex ?? 0,
        }),
      controlOpen: () => void this.#measure(performance.now() - this.#began),
      lost: () => void this.#explain(),
      track: nothing, stillTrack: nothing, control: nothing, frames: nothing, stillChunk: nothing, shaky: nothing,
    });
    this.#peer = peer;
    this.#socket.send({ type: 'seat.answer', seat, sdp: await peer.answer(offer.sdp) });
  }

  /** @param {number} made ms until the host could be talked to */
  async #measure(made) {
    const peer = this.#peer;
    if (!peer) return;
    const until = performance.now() + MEASURED_MS;
    for (;;) {
      const stats = [...(await peer.connection.getStats()).values()];
      const way = wayOf(stats);
      if (way && (way.roundTripMs > 0 || performance.now() > until)) {
        const kind = way.isRelayed ? rows.seat.relayed(way.protocol) : rows.seat.direct(way.protocol);
        const words = rows.seat.words(this.#host, kind, way.roundTripMs.toFixed(0), made.toFixed(0));
        const { mine, theirs } = candidateKinds(stats);
        const outcome = way.isRelayed || way.protocol !== 'udp' ? 'weak' : 'good';
        this.#done({ id: 'seat', outcome, words: words + rows.seat.candidates(mine, theirs) });
        return;
      }
      if (performance.now() > until) break;
      await new Promise((go) => setTimeout(go, LOOK_MS));
    }
    this.#end(rows.seat.bad(rows.server.bad));
  }

  /** No connection: what was tried. */
  async #explain() {
    const lines = this.#peer ? await diagnose(this.#peer.connection).catch(() => []) : [];
    this.#end(rows.seat.bad(rows.seat.notReached + lines.join('; ')));
  }
}
