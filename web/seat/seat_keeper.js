/**
 * Keeps the page on a seat: asks for one as soon as the server knows the page, takes the host's offer, and when the seat is lost
 * asks for another, at once and then ever more slowly. Says in one word how things stand (`phase`).
 */

import { BEAT_MS } from '../protocol/limits.js';
import { PageSocket } from '../signaling/page_socket.js';
import { makeCertificate } from '../webrtc/certificate.js';
import { text } from '../text/en.js';
import { backoff } from './backoff.js';
import { Liveness } from './liveness.js';
import { nextPhase } from './phase.js';
import { Seat } from './seat.js';

/** @typedef {import('./phase.js').Phase} Phase */
/** @typedef {import('../protocol/page.js').ToPage} ToPage */

const OFFER_MS = 10_000;
const JUDGE_MS = 100;

/**
 * @typedef {object} KeeperEvents
 * @property {(phase: Phase) => void} phase
 * @property {(message: ToPage) => void} server what is not about the seat
 * @property {() => void} ready the host of a new seat can be talked to
 * @property {(sentence: string, lines?: string[]) => void} trouble what is in the way, for the reader
 * @property {() => {epoch: number, revision: number, rtp: number, pictures: number}} shown for the page's beat
 */

export class SeatKeeper {
  #events;
  #socket;
  #liveness = new Liveness();
  /** @type {Phase} */
  #phase = 'connecting';
  /** @type {Promise<{certificate: RTCCertificate, fingerprint: string}> | null} */
  #made = null;
  /** @type {Seat | null} */
  #seat = null;
  #request = '';
  #requests = 0;
  #attempt = 0;
  #timer = 0;
  #parked = false;
  /** Refused for now: a change among the hosts is a reason to ask again. */
  #mayAskSooner = false;

  /**
   * @param {string} page the tab's id
   * @param {KeeperEvents & import('./seat.js').HostEvents} events
   */
  constructor(page, events) {
    this.#events = events;
    this.#socket = new PageSocket(page, {
      message: (message) => this.#fromServer(message),
      down: () => this.#seat || this.#events.trouble(text.server.notReached),
    });
    window.setInterval(() => this.#seat?.isOpen && this.#seat.beat(events.shown()), BEAT_MS);
    window.setInterval(() => this.#judge(), JUDGE_MS);
    window.addEventListener('pagehide', () => this.release());
    window.addEventListener('pageshow', (event) => event.persisted && this.retry());
  }

  start() {
    void this.#certificate();
    this.#socket.open();
  }

  /** Made once, and not where there can be no seat: there it fails. */
  #certificate() {
    this.#made ??= makeCertificate();
    return this.#made;
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
    return this.#seat?.offer ?? null;
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

  /**
   * There can be no seat, and waiting will not help.
   * @param {string} sentence
   */
  refuse(sentence) {
    clearTimeout(this.#timer);
    this.#events.trouble(sentence);
    this.#move('refused');
  }

  /** Let the seat go; the page leaves. */
  release() {
    this.#drop();
    this.#parked = true;
  }

  /** @param {import('../protocol/control.js').FromPage} message */
  sendControl(message) {
    return this.#seat?.sendControl(message) ?? false;
  }

  /** @param {ArrayBuffer} bytes */
  sendMoves(bytes) {
    return this.#seat?.sendMoves(bytes) ?? false;
  }

  /**
   * A sign of life of the host; decoded pictures are one too.
   * @param {number} [workerAge] ms since its worker's last sign
   */
  heard(workerAge) {
    if (!this.#seat?.isOpen) return;
    if (workerAge !== undefined) this.#liveness.workerAge = workerAge;
    this.#liveness.heard(performance.now(), Date.now());
    this.#judge();
  }

  #ask() {
    clearTimeout(this.#timer);
    this.#mayAskSooner = false;
    if (this.#parked) return;
    this.#requests += 1;
    const request = `${Date.now().toString(36)}-${this.#requests}`;
    this.#request = request;
    this.#timer = window.setTimeout(() => this.#lose(text.seat.noOffer), OFFER_MS);
    this.#certificate().then(
      ({ fingerprint }) => {
        if (this.#request === request) this.#socket.send({ type: 'seat.request', request, fingerprint, archive: '' });
      },
      () => this.refuse(text.browser.noWebRtc),
    );
  }

  /** @param {ToPage} message */
  #fromServer(message) {
    switch (message.type) {
      case 'welcome':
        this.#events.server(message);
        if (!this.#seat) this.#ask();
        break;
      case 'seat.offer':
        if (message.request === this.#request) void this.#take(message);
        else this.#socket.send({ type: 'seat.release', seat: message.seat });
        break;
      case 'seat.failed':
        if (message.request === this.#request) this.#failed(message);
        break;
      case 'seat.candidate':
        if (message.seat === this.offer?.seat) void this.#seat?.addCandidate(message);
        break;
      case 'seat.lost':
        if (message.seat === this.offer?.seat) this.#lose(message.message);
        break;
      case 'signed-out':
        this.#socket.close();
        this.release();
        this.#events.server(message);
        break;
      case 'worklist.changed':
        if (this.#mayAskSooner) this.#ask();
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
      this.#mayAskSooner = true;
      this.#timer = window.setTimeout(() => this.#ask(), message.retry_after * 1000);
    } else {
      this.#move('refused');
    }
  }

  /** @param {import('../protocol/page.js').SeatOffer} offer */
  async #take(offer) {
    const { certificate } = await this.#certificate();
    if (this.#request !== offer.request) return;
    this.#drop();
    this.#request = '';
    this.#liveness.reset();
    this.#seat = new Seat(offer, certificate, (message) => this.#socket.send(message), this.#events, {
      opened: () => this.#opened(),
      heard: (workerAge) => this.heard(workerAge),
      lost: (sentence) => this.#lose(sentence),
      slow: (sentence, lines) => this.#events.trouble(sentence, lines),
    });
    await this.#seat.answer();
  }

  #opened() {
    this.#attempt = 0;
    this.#seat?.beat(this.#events.shown());
    this.#events.ready();
  }

  /**
   * The seat is gone: ask for another.
   * @param {string} sentence
   */
  #lose(sentence) {
    this.#drop();
    this.#request = '';
    this.#move('lost');
    this.#events.trouble(sentence);
    this.#timer = window.setTimeout(() => this.#ask(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#seat?.close();
    this.#seat = null;
  }

  /** As it will be when it is judged next, so that two seconds of silence are never shown as live for longer. */
  #judge() {
    if (!this.#seat?.isOpen) return;
    const judgement = this.#liveness.judge(performance.now() + JUDGE_MS);
    if (judgement === 'alive' || judgement === 'silent') this.#move(judgement);
    if (judgement === 'lost') this.#lose(text.seat.connectionLost);
  }

  /** @param {import('./phase.js').PhaseEvent} event */
  #move(event) {
    const phase = nextPhase(this.#phase, event);
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#events.phase(phase);
  }
}
