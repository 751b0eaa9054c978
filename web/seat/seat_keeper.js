/**
 * Keeps the page on a seat: asks for one as soon as the server is reached, and for another when it is lost. When it is only doubted (it
 * is silent, or the network has changed) another one is made beside it, and whichever is heard of first is kept; so it is with one over a
 * WebSocket, which is asked for where UDP reaches nobody. Says in one word how things stand (`phase`).
 */

import { PageSocket } from '../signaling/page_socket.js';
import { text } from '../text/en_seat.js';
import { Doubt } from './doubt.js';
import { Liveness } from './liveness.js';
import { onNetworkEvents } from './network_events.js';
import { nextPhase } from './phase.js';
import { SeatMaker } from './seat_maker.js';
import { patienceAfter } from './udp_patience.js';
import { TICK_MS, Vigil } from './vigil.js';

/** @typedef {import('./phase.js').Phase} Phase */
/** @typedef {import('./seat.js').Seat} Seat */
/** @typedef {import('../protocol/page.js').ToPage} ToPage */

/**
 * @typedef {object} KeeperEvents
 * @property {(phase: Phase) => void} phase
 * @property {(message: ToPage) => void} server what is not about the seat
 * @property {() => import('../protocol/control.js').FromPage[]} [first] what the host of a new seat is told before it is open
 * @property {() => string} [archive] that of the study to be read; its host must reach it
 * @property {() => void} [blocked] nobody is reached, and how a seat is had over a WebSocket is not known yet
 * @property {(first: number) => void} ready the host of a new seat can be talked to; so many of the first messages it has taken
 * @property {(sentence: string, lines?: string[]) => void} trouble what is in the way, for the reader
 * @property {() => {epoch: number, revision: number, rtp: number, pictures: number}} shown for the page's beat
 */

export class SeatKeeper {
  #events;
  #socket;
  #maker;
  /** Makes seats over WebSockets, while the other one reaches nobody. */
  #spare;
  #isBlocked = false;
  #cannotStream = false;
  #liveness = new Liveness();
  #doubt = new Doubt();
  #vigil;
  /** @type {Phase} */
  #phase = 'connecting';
  /** The seat in use. @type {Seat | null} */
  #seat = null;
  /** Since when it is in doubt, and another one is made beside it; or null. @type {number | null} */
  #doubted = null;
  /** The other one, open, while the one in use may still come back. @type {Seat | null} */
  #other = null;
  #parked = false;

  /**
   * @param {string} page the tab's id
   * @param {KeeperEvents & import('./seat.js').HostEvents} events
   */
  constructor(page, events) {
    this.#events = events;
    this.#socket = new PageSocket(page, {
      message: (message) => this.#fromServer(message),
      up: (request) => {
        this.#maker.connected(request);
        this.#spare.connected();
      },
      down: (isThere) => this.#isServed || events.trouble(isThere ? text.server.noSockets : text.server.notReached),
      refused: (sentence) => this.#isServed || events.trouble(sentence),
    });
    /** @type {import('./seat_maker.js').MakerEvents} */
    const made = {
      // The study is being opened on the seat beside it, or open on the one in use.
      first: () => [],
      archive: () => events.archive?.() ?? '',
      opened: (seat) => this.#opened(seat),
      heard: (seat, workerAge) => seat === this.#seat && this.heard(workerAge),
      shaky: (seat) => seat === this.#seat && this.#suspect(false),
      lost: (seat, sentence) => (seat === this.#seat ? this.#lose(sentence) : seat === this.#other && this.#abandon()),
      trouble: (sentence, lines) => this.#isServed || events.trouble(sentence, lines),
      refused: (sentence) => this.#isServed || events.trouble(sentence),
    };
    this.#maker = new SeatMaker(this.#socket, events, {
      ...made,
      // Not while the seat in use may come back: the study would leave it.
      first: () => (this.#seat ? [] : (events.first?.() ?? [])),
      blocked: () => this.#blocked(),
      refused: (sentence) => this.#seat || this.refuse(sentence),
    });
    this.#spare = new SeatMaker(this.#socket, events, made, 'socket');
    this.#vigil = new Vigil({
      sign: () => (this.#seat?.isOpen ? this.#liveness.sign : null),
      isUneasy: () => this.#doubted !== null || this.#other !== null || this.#doubt.isChange,
      shown: () => events.shown(),
      beat: (shown) => this.#seat?.beat(shown),
      look: (now, was) => this.#tick(now, was),
    });
    window.addEventListener('pagehide', () => this.release());
    window.addEventListener('pageshow', (event) => event.persisted && this.retry());
    onNetworkEvents(
      () => this.#check(true),
      () => this.#check(false),
    );
  }

  /** @param {import('../boot/beginning.js').Begun} begun what the page has done of it */
  start(begun) {
    this.#maker.made = begun.certificate;
    this.#maker.make();
    this.#socket.open(begun);
  }

  /**
   * How a seat is had over a WebSocket, whose script comes late; null = this browser can't.
   * @param {((events: import('./seat.js').WayEvents) => import('./seat.js').Way) | null} open
   */
  set streams(open) {
    this.#spare.openStream = open;
    this.#cannotStream = !open;
    if (this.#isBlocked) this.#blocked();
  }

  get phase() {
    return this.#phase;
  }

  /** Whether nothing is in the way of the reader, whatever is in that of another seat. */
  get #isServed() {
    return this.#seat !== null && this.#phase === 'live';
  }

  /** When what is shown was last known to be current (Date.now), or null. */
  get lastLive() {
    return this.#liveness.lastLive;
  }

  /** The offer of the seat in use, or of the first one while it is made: host name, renderer, encoder. */
  get offer() {
    return this.#seat?.offer ?? this.#maker.offer;
  }

  /** The browser's statistics of the connection in use. @returns {Promise<RTCStatsReport | null>} */
  stats() {
    return this.#seat?.stats() ?? Promise.resolve(null);
  }

  /** @param {string} state what the host says about the renderer */
  set renderer(state) {
    this.#liveness.renderer = state;
    this.#judge();
  }

  /** Ask anew, now: the reader pressed the button, or the page came back. */
  retry() {
    this.#parked = false;
    this.#move('requested');
    this.#socket.hurry(false);
    this.#spare.abandon();
    this.#maker.make(true);
  }

  /**
   * There can be no seat, and waiting will not help.
   * @param {string} sentence
   */
  refuse(sentence) {
    this.#abandon();
    this.#events.trouble(sentence);
    this.#move('refused');
  }

  /** The host of the seat does not reach the archive of the study: another one is asked. */
  change() {
    this.#abandon();
    this.#drop('no-archive');
    this.#move('lost');
    this.#events.trouble(text.seat.elsewhere);
    this.#maker.make();
  }

  /** Another study is to be read: what no host could give for the one before is asked anew. */
  hurry() {
    this.#maker.hostsChanged();
    this.#spare.hostsChanged();
  }

  /** The reader has signed in again. */
  signedIn() {
    this.#socket.again();
  }

  /** Let the seat go; the page leaves. */
  release() {
    this.#parked = true;
    this.#abandon();
    this.#drop();
  }

  /** @param {import('../protocol/control.js').FromPage} message */
  sendControl(message) {
    return this.#seat?.sendControl(message) ?? false;
  }

  /** @param {ArrayBuffer} bytes */
  sendMoves(bytes) {
    this.#vigil.stir();
    return this.#seat?.sendMoves(bytes) ?? false;
  }

  /**
   * A sign of life of the host.
   * @param {number} [workerAge] ms since its worker's last sign
   */
  heard(workerAge) {
    if (!this.#seat?.isOpen) return;
    if (workerAge !== undefined) this.#liveness.workerAge = workerAge;
    this.#liveness.heard(performance.now(), Date.now());
    this.#judge();
    this.#vigil.heard();
  }

  /** A picture of the host was decoded. */
  pictured() {
    this.heard();
    this.#vigil.pictured();
  }

  /** @param {ToPage} message */
  #fromServer(message) {
    switch (message.type) {
      case 'seat.offer':
      case 'seat.failed':
        (this.#spare.asked(message.request) ? this.#spare : this.#maker).fromServer(message);
        break;
      case 'seat.candidate':
      case 'seat.doubted':
      case 'seat.lost':
        if (message.seat !== this.#seat?.offer.seat) for (const maker of [this.#maker, this.#spare]) maker.fromServer(message);
        else if (message.type === 'seat.lost') this.#lose(message.message);
        // Only the host itself can tell whether it lives; if it does, it is heard of before another takes its place.
        else if (message.type === 'seat.doubted') this.#suspect(true);
        else void this.#seat.addCandidate(message);
        break;
      case 'signed-out':
        this.#socket.close();
        if (!message.lapsed) this.release(); // else what is read goes on, and the reader may sign in over it
        this.#events.server(message);
        break;
      case 'worklist.changed':
        this.hurry();
        this.#events.server(message);
        break;
      default:
        this.#events.server(message);
    }
  }

  /** @param {Seat} seat a new one */
  #opened(seat) {
    this.#abandon();
    this.#other = seat;
    this.#take();
    this.#vigil.soon();
  }

  /** A seat that was made in doubt of another takes its place, once that has had its chance to be heard of first. */
  #take() {
    const seat = this.#other;
    if (!seat || (this.#seat && !this.#doubt.hadItsChance(performance.now(), this.#seat.roundTrip))) return;
    this.#other = null;
    if (this.#seat) {
      this.#drop();
      this.#move('lost');
    }
    this.#abandon();
    this.#doubt.reset();
    this.#seat = seat;
    seat.take();
    seat.beat(this.#events.shown());
    this.heard();
    this.#events.ready(seat.offer.first);
  }

  /**
   * The seat is gone: another is asked for, unless that has been done.
   * @param {string} sentence
   */
  #lose(sentence) {
    this.#drop();
    this.#move('lost');
    this.#events.trouble(sentence);
    if (this.#other) this.#take();
    else if (!this.#parked) this.#maker.make();
  }

  /** UDP reaches nobody: a seat over a WebSocket is made beside the one that is being made, and the first to be heard of is kept. */
  #blocked() {
    this.#isBlocked = true;
    if (this.#cannotStream) this.#seat || this.#events.trouble(text.seat.noWebCodecs);
    else if (this.#spare.openStream) this.#spare.make();
    else this.#events.blocked?.();
  }

  /** Nothing is made any more beside the seat in use, if there is one. */
  #abandon() {
    this.#isBlocked = false;
    this.#doubted = null;
    this.#maker.abandon();
    this.#spare.abandon();
    this.#other?.close();
    this.#other = null;
  }

  /** @param {import('../protocol/page.js').SeatProblem} [problem] */
  #drop(problem) {
    const seat = this.#seat;
    if (seat) this.#maker.patience = patienceAfter(seat);
    this.#vigil.soon();
    this.#seat = null;
    this.#doubted = null;
    this.#liveness.reset();
    seat?.close(problem);
  }

  /**
   * The seat in use has to prove itself; its host is knocked at: from wherever it comes now, the host may follow it there.
   * @param {boolean} isSure then another seat is worth its price at once
   */
  #suspect(isSure) {
    this.#doubt.changed(performance.now(), isSure);
    this.#vigil.soon();
    this.#seat?.beat(this.#events.shown());
  }

  /**
   * @param {number} now
   * @param {'awake' | 'busy' | 'slept'} was
   */
  #tick(now, was) {
    if (was === 'slept') {
      this.#liveness.woke(now);
      this.#check(true);
    }
    this.#judge();
    this.#take();
    if (was === 'awake') this.#look(now);
  }

  /**
   * Something has happened after which the way may be another.
   * @param {boolean} isAnother what is being made on the old one comes to nothing
   */
  #check(isAnother) {
    if (this.#parked || this.#phase === 'failed') return;
    this.#suspect(isAnother);
    this.#socket.hurry(isAnother);
    if (isAnother) this.#abandon();
    if (!this.#seat) this.#maker.make(isAnother || this.#maker.offer === null);
  }

  /**
   * Whether the seat in use is to be doubted; and, before that, whether the server is there to ask.
   * @param {number} now
   */
  #look(now) {
    const { sign } = this.#liveness;
    if (!this.#seat || sign === null || this.#parked) return;
    const roundTrip = this.#seat.roundTrip;
    if (this.#vigil.isQuiet(now, sign)) {
      // A beat was lost: time to knock, for a host answers at once who was silent, and to find out whether the server is there for another seat.
      this.#seat.beat(this.#events.shown());
      this.#socket.check();
    }
    if (this.#doubted !== null || !this.#doubt.isDue(now, sign, roundTrip, this.#vigil.isResting(now))) return;
    this.#doubted = now;
    this.#maker.patience = patienceAfter(this.#seat);
    this.#maker.make();
  }

  /** As it will be when it is judged next, so that two seconds of silence are never shown as live for longer. */
  #judge() {
    if (!this.#seat?.isOpen) return;
    const now = performance.now();
    const { sign } = this.#liveness;
    if (this.#doubted !== null && sign !== null && this.#doubt.isWell(sign, this.#doubted, this.#seat.roundTrip)) {
      this.#doubt.wasWrong(now);
      this.#abandon();
    }
    const judgement = this.#liveness.judge(now + TICK_MS);
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
