/** One peer connection to a render host: the host offers, the page answers; four negotiated channels, a track of moving pictures and one of stills. */

import { CONTROL, FRAMES, MOVES, STILLS } from '../protocol/channels.js';
import { videoMids, withRtxTime } from './sdp.js';

const RTX_TIME_MS = 200;
/** More than this unsent on `moves`, and what would be added is already old. */
const MOVES_BUFFER_BYTES = 4_096;

/**
 * @typedef {object} PeerEvents
 * @property {(candidate: RTCIceCandidate | null) => void} candidate
 * @property {(track: MediaStreamTrack) => void} track
 * @property {(track: MediaStreamTrack) => void} stillTrack exact stills; it ends at once where the browser can't decode them
 * @property {() => void} controlOpen
 * @property {(text: string) => void} control
 * @property {(data: ArrayBuffer) => void} frames
 * @property {(data: ArrayBuffer) => void} stillChunk
 * @property {() => void} shaky nothing came of the browser's own checks lately
 * @property {() => void} lost
 */

export class Peer {
  #connection;
  #moves;
  #control;
  #stillMid = '';
  #closed = false;

  /**
   * @param {RTCCertificate} certificate
   * @param {Pick<import('../protocol/page.js').SeatOffer, 'ice_servers' | 'relay_only'>} ways
   * @param {PeerEvents} events
   */
  constructor(certificate, ways, events) {
    const iceServers = ways.ice_servers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username ? { username, credential } : {}),
    }));
    const iceTransportPolicy = ways.relay_only ? 'relay' : 'all';
    const connection = new RTCPeerConnection({ certificates: [certificate], iceServers, iceTransportPolicy });
    this.#connection = connection;
    this.#moves = connection.createDataChannel(MOVES.label, MOVES.init);
    this.#control = connection.createDataChannel(CONTROL.label, CONTROL.init);
    const frames = connection.createDataChannel(FRAMES.label, FRAMES.init);
    const stills = connection.createDataChannel(STILLS.label, STILLS.init);
    for (const channel of [this.#moves, frames, stills]) channel.binaryType = 'arraybuffer';
    connection.onicecandidate = ({ candidate }) => this.#closed || events.candidate(candidate);
    connection.ontrack = ({ track, receiver, transceiver }) => {
      receiver.jitterBufferTarget = 0;
      receiver.playoutDelayHint = 0;
      if (this.#closed || track.kind !== 'video') return;
      if (transceiver.mid === this.#stillMid) events.stillTrack(track);
      else events.track(track);
    };
    connection.oniceconnectionstatechange = () => {
      if (!this.#closed && connection.iceConnectionState === 'disconnected') events.shaky();
    };
    connection.onconnectionstatechange = () => {
      if (!this.#closed && ['failed', 'closed'].includes(connection.connectionState)) events.lost();
    };
    this.#control.onopen = () => this.#closed || events.controlOpen();
    this.#control.onmessage = ({ data }) => this.#closed || events.control(String(data));
    this.#control.onclose = () => this.#closed || events.lost();
    frames.onmessage = ({ data }) => this.#closed || events.frames(data);
    stills.onmessage = ({ data }) => this.#closed || events.stillChunk(data);
  }

  /**
   * @param {string} offer SDP
   * @returns {Promise<string>} the answer's SDP
   */
  async answer(offer) {
    const connection = this.#connection;
    [, this.#stillMid = ''] = videoMids(offer);
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    const answer = await connection.createAnswer();
    try {
      await connection.setLocalDescription({ type: 'answer', sdp: withRtxTime(answer.sdp ?? '', RTX_TIME_MS) });
    } catch {
      // A browser that accepts no changed answer keeps its own patience.
      await connection.setLocalDescription(answer);
    }
    return connection.localDescription?.sdp ?? '';
  }

  /** Whether the host was reached, by whichever addresses: what is left to do takes its time. */
  get isReached() {
    return ['connected', 'completed'].includes(this.#connection.iceConnectionState);
  }

  /** @param {RTCIceCandidateInit | null} candidate */
  async addCandidate(candidate) {
    await this.#connection.addIceCandidate(candidate ?? undefined);
  }

  /**
   * @param {ArrayBuffer} bytes
   * @returns {boolean} false when the channel is closed or has no room
   */
  sendMoves(bytes) {
    if (this.#moves.readyState !== 'open' || this.#moves.bufferedAmount > MOVES_BUFFER_BYTES) return false;
    this.#moves.send(bytes);
    return true;
  }

  /**
   * @param {import('../protocol/control.js').FromPage} message
   * @returns {boolean}
   */
  sendControl(message) {
    if (this.#control.readyState !== 'open') return false;
    this.#control.send(JSON.stringify(message));
    return true;
  }

  /** How the addresses in use reach each other, and the bytes that came, from the browser's statistics. */
  get connection() {
    return this.#connection;
  }

  close() {
    this.#closed = true;
    this.#connection.close();
  }
}
