/** Makes seats, one at a time: asks the server, takes the host's offer, connects; when that fails, asks again, for as long as one is wanted. */

import { makeCertificate } from '../webrtc/certificate.js';
import { Peer } from '../webrtc/peer.js';
import { text } from '../text/en_seat.js';
import { backoff } from './backoff.js';
import { Openings } from './openings.js';
import { Seat } from './seat.js';

/** @typedef {import('../protocol/page.js').FromPage} FromPage */
/** @typedef {import('../protocol/control.js').FromPage} ToHost */
/** @typedef {import('../protocol/page.js').ToPage} ToPage */

/** Longer than the server needs to ask one host after the other. */
const OFFER_MS = 12_000;
/** So long nobody is reached where UDP is blocked; a way that works answers earlier. */
export const BLOCKED_MS = 1_500;
/** Releases that wait for the server; it forgets older ones by itself. */
const OWED = 8;

/**
 * @typedef {object} MakerEvents
 * @property {() => string} [archive] that of the study to be read; nothing = any
 * @property {() => ToHost[]} first what the host is told before the seat is open
 * @property {(seat: Seat) => void} opened its host can be talked to
 * @property {(seat: Seat, workerAge?: number) => void} heard
 * @property {(seat: Seat) => void} shaky
 * @property {(seat: Seat, sentence: string) => void} lost a seat that was opened before
 * @property {(sentence: string, lines?: string[]) => void} trouble what is in the way; another try follows
 * @property {() => void} [blocked] a seat is being made, and its host is not reached
 * @property {(sentence: string) => void} refused waiting will not help
 */

export class SeatMaker {
  /** How long nobody may be reached. */
  patience = BLOCKED_MS;
  /** Opens a way over a WebSocket, where that is what this one makes. @type {((events: import('./seat.js').WayEvents) => import('./seat.js').Way) | null} */
  openStream = null;
  #socket;
  #host;
  #events;
  /** The certificate; made when it is needed, unless it was before. @type {ReturnType<typeof makeCertificate> | null} */
  made = null;
  #transport;
  #wanted = false;
  #request = '';
  #requests = 0;
  /** The seat that is being made. @type {Seat | null} */
  #next = null;
  /** Its answer did not reach the server. */
  #unanswered = false;
  #attempt = 0;
  #openings = new Openings();
  #timer = 0;
  /** Refused for now: a change among the hosts is a reason to ask again. */
  #mayAskSooner = false;
  /** @type {FromPage[]} */
  #owed = [];

  /**
   * @param {import('../signaling/page_socket.js').PageSocket} socket
   * @param {import('./seat.js').HostEvents} host
   * @param {MakerEvents} events
   * @param {import('../protocol/page.js').Carrier} [transport]
   */
  constructor(socket, host, events, transport = 'webrtc') {
    this.#transport = transport;
    this.#socket = socket;
    this.#host = host;
    this.#events = events;
  }

  /** Made once, and not where there can be no seat: there it fails. */
  certificate() {
    this.made ??= makeCertificate();
    return this.made;
  }

  /** Whether it asked for this. @param {string} request */
  asked(request) {
    return request.startsWith(this.#transport);
  }

  /** The offer that is being answered, or null. */
  get offer() {
    return this.#next?.offer ?? null;
  }

  /**
   * A seat, please; at once where none has failed lately, nor died young again and again.
   * @param {boolean} [anew] forget what has failed, and what is being made
   */
  make(anew = false) {
    if (anew) {
      this.#attempt = 0;
      this.#openings.forget();
    }
    if (this.#wanted && !anew) return;
    this.#wanted = true;
    this.#drop();
    this.#later(Math.max(backoff(this.#attempt), this.#openings.wait(performance.now())));
  }

  /** No seat, please: there is one, or the page leaves. */
  abandon() {
    this.#wanted = false;
    this.#drop();
  }

  /**
   * The server can be spoken to, as by a new connection: what was said on the old one may be lost.
   * @param {string} [request] what was asked with its opening
   */
  connected(request = '') {
    for (const message of this.#owed.splice(0)) this.#socket.send(message);
    if (this.#wanted && (!this.#next || this.#unanswered)) this.#ask(request);
  }

  /** Hosts came or went. */
  hostsChanged() {
    if (this.#mayAskSooner) this.#ask();
  }

  /** @param {ToPage} message */
  fromServer(message) {
    switch (message.type) {
      case 'seat.offer':
        if (this.#wanted && message.request === this.#request) void this.#take(message);
        else this.#tell({ type: 'seat.release', seat: message.seat });
        break;
      case 'seat.failed':
        if (message.request === this.#request) this.#refused(message);
        break;
      case 'seat.candidate':
        if (message.seat === this.offer?.seat) void this.#next?.addCandidate(message);
        break;
      case 'seat.lost':
        if (message.seat === this.offer?.seat) this.#failed(message.message);
        break;
      default:
        break;
    }
  }

  /** @param {number} ms */
  #later(ms) {
    clearTimeout(this.#timer);
    if (ms === 0) this.#ask();
    else this.#timer = window.setTimeout(() => this.#ask(), ms);
  }

  /** @param {string} [asked] a request that has left already */
  #ask(asked = '') {
    this.#drop();
    // Where the server is not reached, it is asked when it is.
    if (!this.#wanted || !this.#socket.isOpen) return;
    this.#requests += 1;
    const request = asked || `${this.#transport}-${Date.now().toString(36)}-${this.#requests}`;
    this.#request = request;
    this.#timer = window.setTimeout(() => this.#unheard(), OFFER_MS);
    if (asked) return;
    const transport = this.#transport;
    const named = transport === 'webrtc' ? this.certificate() : Promise.resolve({ fingerprint: '' });
    named.then(
      ({ fingerprint }) => {
        if (this.#request !== request) return;
        this.#tell({ type: 'seat.request', request, fingerprint, archive: this.#events.archive?.() ?? '', first: this.#events.first(), transport });
      },
      () => {
        this.abandon();
        this.#events.refused(text.browser.noWebRtc);
      },
    );
  }

  /** @param {import('../protocol/page.js').SeatFailed} message */
  #refused(message) {
    if (message.retry_after > 0) {
      this.#failed(message.message, message.retry_after * 1000);
      this.#mayAskSooner = true;
    } else {
      this.abandon();
      this.#events.refused(message.message);
    }
  }

  /** @param {import('../protocol/page.js').SeatOffer} offer */
  async #take(offer) {
    const open = await this.#way(offer);
    if (this.#request !== offer.request) return;
    this.#drop();
    /** @type {Seat} */
    const seat = new Seat(offer, open, (message) => this.#tell(message), this.#host, {
      opened: () => this.#opened(seat),
      heard: (workerAge) => this.#events.heard(seat, workerAge),
      shaky: () => this.#events.shaky(seat),
      lost: (sentence) => (seat === this.#next ? this.#failed(sentence) : this.#events.lost(seat, sentence)),
      slow: (sentence, lines) => this.#events.trouble(sentence, lines),
      patience: this.patience,
      blocked: () => seat === this.#next && this.#events.blocked?.(),
    });
    this.#next = seat;
    await seat.answer();
  }

  /**
   * @param {import('../protocol/page.js').SeatOffer} offer
   * @returns {Promise<(events: import('./seat.js').WayEvents) => import('./seat.js').Way>}
   */
  async #way(offer) {
    if (this.openStream) return this.openStream;
    const { certificate } = await this.certificate();
    return (events) => new Peer(certificate, offer, events);
  }

  /** @param {Seat} seat */
  #opened(seat) {
    if (seat !== this.#next) return;
    this.#next = null;
    this.#wanted = false;
    this.#attempt = 0;
    this.#openings.opened(performance.now());
    this.#drop();
    this.#events.opened(seat);
  }

  /**
   * @param {string} sentence
   * @param {number} [wait] ms
   */
  #failed(sentence, wait = backoff(this.#attempt)) {
    this.#drop();
    this.#attempt += 1;
    this.#events.trouble(sentence);
    this.#later(wait);
  }

  /** No offer came: no host's fault where the server that was to bring it is not reached. That is said already, and asked again when it is. */
  #unheard() {
    if (this.#socket.isOpen) this.#failed(text.seat.noOffer);
    else this.#drop();
  }

  /** Let go of whatever is under way. */
  #drop() {
    clearTimeout(this.#timer);
    this.#request = '';
    this.#mayAskSooner = false;
    this.#unanswered = false;
    const next = this.#next;
    this.#next = null;
    next?.close();
  }

  /** @param {FromPage} message */
  #tell(message) {
    if (this.#socket.send(message)) return true;
    if (message.type === 'seat.release') this.#owed = [...this.#owed, message].slice(-OWED);
    if (message.type === 'seat.answer') this.#unanswered = true;
    return false;
  }
}
