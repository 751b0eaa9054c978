/**
 * The WebSocket to the signaling server: says hello, notices when it is dead, comes back by itself. Seats outlive it.
 *
 * TCP takes minutes to give up a way that is gone, and waits ever longer before it tries again. So nothing here waits for TCP: a ping that
 * is not answered in time ends the connection, and while none can be made the server is asked again and again by a small request.
 */

import { PROTOCOL_VERSION } from '../protocol/limits.js';
import { socketAddress } from '../protocol/socket_address.js';
import { backoff } from '../seat/backoff.js';
import { Openings } from '../seat/openings.js';

/** @typedef {import('../protocol/page.js').FromPage} FromPage */
/** @typedef {import('../protocol/page.js').ToPage} ToPage */

const PING_MS = 4_000;
const PONG_MS = 3_000;
/** When the way is in doubt an answer is waited for no longer than this before another connection is made beside the one there is. */
const CHECK_MS = 100;
const CHECK_ROUND_TRIPS = 1.5;
/** One that answered just now is not asked again. */
const FRESH_MS = 300;
/** Opening takes two round trips at least (TCP, HTTP), over TLS three. */
const OPENING_ROUND_TRIPS = 2;
const UNKNOWN_ROUND_TRIP_MS = 300;
const OPEN_MS = 4_000;
const PROBE_MS = 2_500;
const PROBE_PAUSE_MS = 500;
const LONG_PROBE_PAUSE_MS = 10_000;
/** Tries without asking first: browsers make pages wait that open many WebSockets in vain. */
const BLIND_TRIES = 2;

/**
 * A connection that the page began before this script came: what was heard on it, and the request for a seat that went with its opening,
 * after hello; empty where neither did.
 * @typedef {{socket: WebSocket, heard: string[], request: string}} EarlySocket
 */

/**
 * @typedef {object} SocketEvents
 * @property {(message: ToPage) => void} message
 * @property {(request: string) => void} up messages can be sent; hello has been, and perhaps this request for a seat
 * @property {(isThere: boolean) => void} down the connection broke or could not be made; another try follows. `isThere`: the server
 *   answers, only WebSockets do not come through
 * @property {(sentence: string) => void} refused the server takes this page for one of another site, and says why
 */

export class PageSocket {
  #page;
  #events;
  /** The connection in use, or the one that is being made where there is none. @type {WebSocket | null} */
  #socket = null;
  /** One that is being made beside it: whichever is heard of first is kept. @type {WebSocket | null} */
  #other = null;
  #attempt = 0;
  #openings = new Openings();
  #pings = 0;
  /** When the ping was sent that has no answer yet. @type {number | null} */
  #pinged = null;
  #heard = -Infinity;
  #roundTrip = UNKNOWN_ROUND_TRIP_MS;
  /** Until when an answer, or the opening, is waited for. */
  #deadline = Infinity;
  #deadlineTimer = 0;
  #timer = 0;
  /** @type {AbortController | null} */
  #probing = null;
  #closed = false;
  /** The server answered a small request since the last connection broke. */
  #isThere = false;

  /**
   * @param {string} page the tab's id
   * @param {SocketEvents} events
   */
  constructor(page, events) {
    this.#page = page;
    this.#events = events;
    window.setInterval(() => this.#ping(PONG_MS), PING_MS);
  }

  /** @param {EarlySocket | null} [early] one that is being opened already, unless it was lost */
  open(early = null) {
    this.#closed = false;
    this.#stopTrying();
    this.#waitUntil(performance.now() + OPEN_MS);
    this.#socket = this.#connect(early && early.socket.readyState <= WebSocket.OPEN ? early : null);
  }

  /** The reader has signed in again: a connection that was closed for good is made after all. */
  again() {
    if (this.#closed) this.open();
    else this.hurry(false);
  }

  close() {
    this.#closed = true;
    this.#stopTrying();
    this.#waitUntil(Infinity);
    this.#dropOther();
    this.#socket?.close();
  }

  /** @param {number} until when an answer, or the opening, is late, ms; Infinity = nothing is waited for, and no timer runs */
  #waitUntil(until) {
    if (until === this.#deadline) return;
    this.#deadline = until;
    clearTimeout(this.#deadlineTimer);
    if (until < Infinity) this.#deadlineTimer = window.setTimeout(() => this.#late(), Math.max(0, until - performance.now()));
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** The way may be gone: if the server does not answer soon, connect anew. */
  check() {
    if (performance.now() - this.#heard > FRESH_MS) this.#ping(CHECK_MS + CHECK_ROUND_TRIPS * this.#roundTrip);
  }

  /**
   * The way may be another: where there is no connection, there is no need to wait for the next try.
   * @param {boolean} isAnother then it takes too long to find out whether the connection still holds
   */
  hurry(isAnother) {
    if (!isAnother) {
      this.check();
    } else if (this.isOpen && !this.#other) {
      this.#ping(OPEN_MS);
      this.#late();
    }
    this.#tryNow();
  }

  /**
   * @param {FromPage} message
   * @returns {boolean} whether it left
   */
  send(message) {
    if (!this.#socket || !this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {EarlySocket | null} early */
  #connect(early = null) {
    const began = performance.now();
    const socket = early?.socket ?? new WebSocket(socketAddress('ws/page'));
    const wasOpen = socket.readyState === WebSocket.OPEN;
    const up = () => this.#up(socket, wasOpen ? UNKNOWN_ROUND_TRIP_MS : (performance.now() - began) / OPENING_ROUND_TRIPS, early);
    if (wasOpen) queueMicrotask(up);
    else socket.onopen = up;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(String(data));
    socket.onclose = () => {
      if (socket === this.#other) {
        this.#other = null;
      } else if (socket === this.#socket && this.#other) {
        this.#socket = this.#other;
        this.#other = null;
      } else if (socket === this.#socket) this.#down();
    };
    return socket;
  }

  /**
   * @param {WebSocket} socket
   * @param {number} roundTrip
   * @param {EarlySocket | null} early
   */
  #up(socket, roundTrip, early) {
    if (socket === this.#other) {
      this.#other = null;
      forget(this.#socket);
      this.#socket = socket;
    } else if (socket !== this.#socket) return;
    this.#pinged = null;
    this.#waitUntil(Infinity);
    this.#roundTrip = roundTrip;
    if (!early?.request) this.send({ type: 'hello', protocol: PROTOCOL_VERSION, page: this.#page });
    this.#events.up(early?.request ?? '');
    for (const data of early?.heard.splice(0) ?? []) this.#receive(data);
  }

  /** @param {number} patience ms */
  #ping(patience) {
    if (!this.isOpen || this.#other) return;
    const now = performance.now();
    if (this.#pinged === null) {
      this.#pinged = now;
      this.#pings += 1;
      this.send({ type: 'ping', number: this.#pings });
    }
    this.#waitUntil(Math.min(this.#deadline, now + patience));
  }

  /** @param {string} data */
  #receive(data) {
    const now = performance.now();
    this.#heard = now;
    this.#waitUntil(Infinity);
    this.#dropOther();
    /** @type {ToPage} */
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      console.error('The server sent a message that is not JSON.');
      return;
    }
    if (message.type === 'welcome') {
      this.#attempt = 0;
      this.#isThere = false;
      this.#openings.opened(now);
    }
    if (message.type !== 'pong') {
      this.#events.message(message);
    } else if (this.#pinged !== null && message.number === this.#pings) {
      const roundTrip = now - this.#pinged;
      // What a busy page adds is no part of the way: shorter is believed at once, longer by halves.
      this.#roundTrip = Math.min(roundTrip, (this.#roundTrip + roundTrip) / 2);
      this.#pinged = null;
    }
  }

  /** No answer in time: another connection is made beside this one; and where that takes too long, both are given up. */
  #late() {
    if (this.isOpen && !this.#other) {
      this.#waitUntil(performance.now() + OPEN_MS);
      this.#other = this.#connect();
    } else {
      forget(this.#socket);
      this.#down();
    }
  }

  #down() {
    this.#socket = null;
    this.#pinged = null;
    this.#waitUntil(Infinity);
    this.#dropOther();
    if (this.#closed) return;
    this.#events.down(this.#isThere);
    this.#stopTrying();
    const wait = Math.max(backoff(this.#attempt), this.#openings.wait(performance.now()));
    this.#timer = window.setTimeout(() => this.#tryNow(), wait);
    this.#attempt += 1;
  }

  #dropOther() {
    forget(this.#other);
    this.#other = null;
  }

  /** Connect, or, where that failed before, first find out whether the server is there. */
  #tryNow() {
    if (this.#closed || this.#socket) return;
    this.#stopTrying();
    if (this.#attempt <= BLIND_TRIES) this.open();
    else void this.#probe();
  }

  #stopTrying() {
    clearTimeout(this.#timer);
    this.#probing?.abort();
    this.#probing = null;
  }

  async #probe() {
    const probing = new AbortController();
    this.#probing = probing;
    const limit = AbortSignal.any([probing.signal, AbortSignal.timeout(PROBE_MS)]);
    const asked = `healthz?origin=${encodeURIComponent(location.origin)}`;
    /** @type {{refused?: string} | null} */
    const answer = await fetch(asked, { cache: 'no-store', signal: limit }).then(
      (response) => response.json().catch(() => ({})),
      () => null,
    );
    if (probing.signal.aborted) return;
    this.#isThere = answer !== null;
    const refused = answer?.refused ?? '';
    if (refused) this.#events.refused(refused);
    else if (answer) return this.open();
    const pause = refused || document.hidden ? LONG_PROBE_PAUSE_MS : PROBE_PAUSE_MS;
    this.#timer = window.setTimeout(() => this.#tryNow(), pause);
  }
}

/** @param {WebSocket | null} socket that is no good, whatever still comes of it */
function forget(socket) {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}
