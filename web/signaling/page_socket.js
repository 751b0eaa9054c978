/** The WebSocket to the signaling server: says hello, keeps itself alive, comes back by itself. Seats outlive it. */

import { PROTOCOL_VERSION } from '../protocol/limits.js';
import { backoff } from '../seat/backoff.js';

/** @typedef {import('../protocol/page.js').FromPage} FromPage */
/** @typedef {import('../protocol/page.js').ToPage} ToPage */

const PING_MS = 5_000;
const SILENT_MS = 12_000;

/**
 * @typedef {object} SocketEvents
 * @property {(message: ToPage) => void} message
 * @property {() => void} down the connection broke or could not be made; another try follows
 */

export class PageSocket {
  #page;
  #events;
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #heard = 0;
  #pings = 0;
  #timer = 0;
  #closed = false;

  /**
   * @param {string} page the tab's id
   * @param {SocketEvents} events
   */
  constructor(page, events) {
    this.#page = page;
    this.#events = events;
    window.addEventListener('online', () => this.#now());
    window.setInterval(() => this.#watch(), PING_MS);
  }

  open() {
    this.#closed = false;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/ws/page`);
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onopen = () => this.send({ type: 'hello', protocol: PROTOCOL_VERSION, page: this.#page });
    socket.onmessage = ({ data }) => this.#receive(String(data));
    socket.onclose = () => {
      if (this.#socket === socket) this.#down();
    };
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  /**
   * @param {FromPage} message
   * @returns {boolean} whether it left
   */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {string} data */
  #receive(data) {
    this.#heard = performance.now();
    /** @type {ToPage} */
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      console.error('The server sent a message that is not JSON.');
      return;
    }
    if (message.type === 'welcome') this.#attempt = 0;
    if (message.type !== 'pong') this.#events.message(message);
  }

  #down() {
    this.#socket = null;
    if (this.#closed) return;
    this.#events.down();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.open(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  /** The network is back: no need to wait for the next try. */
  #now() {
    if (this.#closed || this.#socket) return;
    clearTimeout(this.#timer);
    this.open();
  }

  #watch() {
    if (!this.#socket) return;
    if (performance.now() - this.#heard > SILENT_MS) {
      const socket = this.#socket;
      this.#down();
      socket.close();
      return;
    }
    this.#pings += 1;
    this.send({ type: 'ping', number: this.#pings });
  }
}
