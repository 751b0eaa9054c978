/** The figures of one seat: the photon clock's, the link's, and what of them the host is told. */

import { fixed, withUnit } from '../format/number.js';
import { PARTS } from '../picture/photon_clock.js';
import { text } from '../text/en.js';
import { wayOf } from '../webrtc/way.js';

/** @typedef {import('../protocol/frames.js').HostBeat} HostBeat */
/** @typedef {import('../ui/stats_panel.js').Figures} Figures */
/** @typedef {() => Promise<RTCStatsReport | null>} AskStats */

const REPORT_MS = 5_000;
const STATS_MS = 2_000;
/** While hardly a packet comes. */
const STATS_AT_REST_MS = 10_000;
/** So few packets since the figures before say nothing of the link. */
const FEW_PACKETS = 20;

export class Measures {
  #clock;
  #send;
  #ask;
  /** @type {HostBeat | null} */
  #beat = null;
  #reported = 0;
  #asked = 0;
  #isAtRest = false;
  /** Packets lost and received when they were asked for last. */
  #packets = { lost: 0, received: 0 };
  /** @type {number | null} */
  #loss = null;
  /** @type {ReturnType<typeof wayOf>} */
  #way = null;

  /**
   * @param {() => import('../picture/photon_clock.js').PhotonClock} clock
   * @param {(message: import('../protocol/control.js').PageMeasures) => void} send
   * @param {AskStats} ask the browser's statistics of the connection
   */
  constructor(clock, send, ask) {
    this.#clock = clock;
    this.#send = send;
    this.#ask = ask;
  }

  /** Another seat. */
  reset() {
    this.#beat = null;
    this.#isAtRest = false;
    this.#loss = null;
    this.#way = null;
    this.#packets = { lost: 0, received: 0 };
  }

  /**
   * The host has spoken: now and then is the time to tell and to ask.
   * @param {HostBeat} beat
   * @param {number} now ms
   */
  heard(beat, now) {
    this.#beat = beat;
    if (now - this.#reported >= REPORT_MS) {
      const report = this.#clock().report();
      if (report) {
        this.#reported = now;
        this.#send({ type: 'measures', ...report });
      }
    }
    if (now - this.#asked >= (this.#isAtRest && this.#way ? STATS_AT_REST_MS : STATS_MS)) {
      this.#asked = now;
      void this.#count();
    }
  }

  async #count() {
    const stats = await this.#ask().catch(() => null); // a connection that has just closed has none
    if (!stats) return;
    this.#way = wayOf([...stats.values()]);
    let lost = 0;
    let received = 0;
    stats.forEach((report) => {
      if (report.type !== 'inbound-rtp' || report.kind !== 'video') return;
      lost += report.packetsLost ?? 0;
      received += report.packetsReceived ?? 0;
    });
    const fresh = { lost: lost - this.#packets.lost, received: received - this.#packets.received };
    this.#packets = { lost, received };
    // At rest hardly a packet comes: then the last figure stands.
    this.#isAtRest = fresh.received < FEW_PACKETS;
    if (!this.#isAtRest) this.#loss = Math.max(0, fresh.lost) / (fresh.received + Math.max(0, fresh.lost));
  }

  /** @returns {number | null} ms there and back, as the host measures it */
  get roundTrip() {
    return this.#beat?.rtt_ms ?? null;
  }

  /** @returns {number | null} bit/s that the host thinks the link carries */
  get bitRate() {
    return this.#beat && this.#beat.bit_rate > 0 ? this.#beat.bit_rate : null;
  }

  /** @returns {Figures} */
  get figures() {
    const clock = this.#clock();
    return {
      hand: { p50: clock.median, p95: clock.p95 },
      parts: Object.fromEntries(PARTS.map((part) => [part, clock.part(part)])),
      exact: clock.exact,
      roundTrip: this.roundTrip,
      bitRate: this.bitRate,
      loss: this.#loss,
      pictures: clock.picturesPerSecond,
    };
  }

  /**
   * How the host is reached, in words; nothing = not known yet.
   * @param {import('../protocol/page.js').Carrier | undefined} carrier of the seat, where there is one
   */
  way(carrier) {
    const { ways } = text;
    if (carrier === 'socket') return ways.socket;
    if (!this.#way) return '';
    return this.#way.isRelayed ? ways.relayed(this.#way.protocol) : ways.direct(this.#way.protocol);
  }

  /** In words, for the badge's tip. */
  get words() {
    const { badge } = text;
    const { hand, roundTrip, bitRate, loss, pictures } = this.figures;
    return [
      hand.p50 === null ? '' : badge.latency(withUnit(hand.p50, 0, 'ms'), withUnit(hand.p95 ?? hand.p50, 0, 'ms')),
      roundTrip === null ? '' : badge.roundTrip(withUnit(roundTrip, 0, 'ms')),
      bitRate === null ? '' : badge.rate(withUnit(bitRate / 1e6, 1, 'Mbit/s')),
      loss === null ? '' : badge.loss(withUnit(loss * 100, 1, '%')),
      pictures === null ? '' : badge.pictures(fixed(pictures, 0)),
    ]
      .filter(Boolean)
      .join(' ');
  }
}
