/**
 * Says where the hand is: at once when the channel was idle, else once per display frame. The channel may lose packets, so the last
 * word of a movement is repeated until the host has heard of it, and events until they are acknowledged.
 */

import { isLater } from '../picture/rtp_time.js';
import { encodeMoves, roomForPoints } from '../protocol/moves.js';
import { EventLedger } from './event_ledger.js';
import { PlacedEvents } from './placed_events.js';
import { STEP } from './wheel.js';

/** @typedef {import('../protocol/moves.js').PointerEventRecord} PointerEventRecord */
/** @typedef {{gesture: number, buttons: number, pointer: number, x: number, y: number, scale: number, modifiers: number}} HandState */

/**
 * @typedef {object} MovesOutlet what the sender needs of the world
 * @property {(bytes: ArrayBuffer) => boolean} send false when the channel is not open or has no room
 * @property {(event: PointerEventRecord) => void} backstop the reliable channel, for events that find no room
 * @property {() => {epoch: number, revision: number, drawn: number | null}} glass what is shown
 * @property {(drawn: number) => number} revisionOf what the picture of that RTP timestamp shows; 0 = not known (yet)
 * @property {() => number} commands how many commands were sent on this seat
 * @property {() => number} now ms
 * @property {(callback: () => void) => void} nextFrame
 * @property {(callback: () => void, ms: number) => () => void} after
 * @property {() => void} touched the hand does something, told before it is sent
 * @property {(sequence: number, time: number) => void} sent a packet left that carries input made at `time`
 */

const REPEATS_MS = [30, 80, 250];
const UNHEARD_MS = 250;
/** About so long: a host that was silent for longer hears no wheel of before. */
const MOST_REPEATS = 20;

export class MovesSender {
  #outlet;
  #ledger = new EventLedger();
  #placed;
  #sequence = 0;
  /** In steps × STEP, with the fractions that have not made one yet. */
  #wheel = 0;
  #zoomWheel = 0;
  /** How often the hand has told something new. */
  #inputs = 0;
  /** @type {HandState} */
  #hand = { gesture: 0, buttons: 0, pointer: 0, x: 0.5, y: 0.5, scale: 1, modifiers: 0 };
  /** @type {[number, number][]} */
  #points = [];
  /** @type {number | null} time of the oldest input not sent yet */
  #waiting = null;
  /** The packet in which the newest input left. @type {number | null} */
  #last = null;
  /** Whether the host has had that packet, or a repetition of it. */
  #isHeard = true;
  #frameAsked = false;
  #held = false;
  /** The newest revision that is known to have been on the glass: a picture whose words are still to come has none. */
  #revision = 0;
  #repeat = 0;
  /** @type {(() => void) | null} */
  #cancelRepeat = null;

  /** @param {MovesOutlet} outlet */
  constructor(outlet) {
    this.#outlet = outlet;
    this.#placed = new PlacedEvents({
      revisionOf: outlet.revisionOf,
      place: (event, time) => this.#place(event, time),
      after: outlet.after,
    });
  }

  /** Another seat: nothing leaves until its host has said whether it knows this hand. */
  hold() {
    this.#held = true;
    this.#cancelRepeat?.();
    this.#cancelRepeat = null;
  }

  /** Whether all that the host has not acknowledged can still be told. */
  get isWhole() {
    return this.#ledger.isWhole;
  }

  /** The host knows this hand: what it has not heard is told now, under the numbers that it has. */
  goOn() {
    this.#held = false;
    this.#repeat = 0;
    this.#send(this.#waiting);
    for (const event of this.#ledger.others) this.#outlet.backstop(event);
  }

  /** The host does not know this hand: it has acknowledged nothing, wheel totals begin at 0, and nothing old is replayed. */
  reset() {
    this.#held = false;
    this.#ledger.reset();
    this.#placed.forget();
    this.#revision = 0;
    this.#wheel = 0;
    this.#zoomWheel = 0;
    this.#points = [];
    this.#waiting = null;
    this.#last = null;
    this.#isHeard = true;
    this.#cancelRepeat?.();
    this.#cancelRepeat = null;
  }

  /** What the hand has done last on this seat, and whether some of it has not left yet. */
  get deeds() {
    return { sequence: this.#last, event: this.#ledger.newest, isWaiting: this.#waiting !== null || this.#placed.isWaiting };
  }

  /**
   * @param {HandState} hand
   * @param {number} time the event's timeStamp
   * @param {readonly [number, number][]} points coalesced points, for drawing tools
   */
  move(hand, time, points = []) {
    // Some browsers tell of a pen that only presses harder.
    if (points.length === 0 && isSame(hand, this.#hand)) return;
    this.#outlet.touched();
    this.#hand = hand;
    this.#points.push(...points);
    this.#input(time);
  }

  /**
   * @param {HandState} hand
   * @param {number} steps
   * @param {number} zoom
   * @param {number} time
   */
  wheel(hand, steps, zoom, time) {
    const before = [Math.round(this.#wheel), Math.round(this.#zoomWheel)];
    this.#wheel += steps * STEP;
    this.#zoomWheel += zoom * STEP;
    if (Math.round(this.#wheel) === before[0] && Math.round(this.#zoomWheel) === before[1]) return;
    this.#outlet.touched();
    this.#hand = hand;
    this.#input(time);
  }

  /**
   * @param {HandState} hand
   * @param {Omit<PointerEventRecord, 'number' | 'revision' | 'commands'>} event
   * @param {number} time
   */
  event(hand, event, time) {
    this.#outlet.touched();
    this.#hand = hand;
    const done = { ...event, commands: this.#outlet.commands() };
    this.#placed.add(done, this.#outlet.glass(), time);
    // Where the event waits for the words of its picture, the hand is told at least.
    if (this.#placed.isWaiting) this.#send(time);
  }

  /** The words of a picture have come: perhaps of one that the hand has pressed on. */
  described() {
    this.#placed.settle();
  }

  /**
   * @param {Omit<PointerEventRecord, 'number'>} event
   * @param {number} time
   */
  #place(event, time) {
    const { event: numbered, fits } = this.#ledger.add(event);
    if (!fits) this.#outlet.backstop(numbered);
    // An event is never held back: the hand has done something that the host must know.
    this.#send(time);
  }

  /**
   * @param {number} number of the newest event that the host has applied
   * @param {number | null} sequence of the newest packet that it has had; null = it does not say
   */
  acknowledge(number, sequence) {
    this.#ledger.acknowledge(number);
    if (sequence !== null && this.#last !== null && !isLater(this.#last, sequence)) this.#isHeard = true;
  }

  /** @param {number} time */
  #input(time) {
    if (!this.#frameAsked) {
      this.#send(time);
      return;
    }
    this.#waiting ??= time;
  }

  /** @param {number | null} time null = nothing new, a repetition */
  #send(time) {
    if (this.#held) {
      if (time !== null) this.#waiting ??= time;
      return;
    }
    const { epoch, revision } = this.#outlet.glass();
    if (revision !== 0) this.#revision = revision;
    const events = this.#ledger.events;
    const points = time === null ? [] : this.#points.slice(-roomForPoints(events.length));
    this.#sequence = (this.#sequence + 1) >>> 0;
    if (time !== null) this.#inputs = (this.#inputs + 1) & 0xff;
    const sent = this.#outlet.send(
      encodeMoves({
        epoch,
        sequence: this.#sequence,
        time: this.#outlet.now(),
        // The wheel turns what is there by so many images and places nothing: where it turns is as good in the picture before.
        revision: this.#revision,
        ...this.#hand,
        wheel: Math.round(this.#wheel),
        zoom_wheel: Math.round(this.#zoomWheel),
        inputs: this.#inputs,
        events,
        points,
      }),
    );
    if (time !== null) {
      if (sent) {
        this.#points = [];
        this.#waiting = null;
        this.#last = this.#sequence;
        this.#isHeard = false;
        this.#outlet.sent(this.#sequence, time);
      } else {
        this.#waiting ??= time;
      }
      this.#repeat = 0;
      this.#askFrame();
    }
    this.#planRepeat();
  }

  #askFrame() {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#outlet.nextFrame(() => {
      this.#frameAsked = false;
      if (this.#waiting !== null) this.#send(this.#waiting);
    });
  }

  #planRepeat() {
    this.#cancelRepeat?.();
    this.#cancelRepeat = null;
    const wait = REPEATS_MS[this.#repeat] ?? UNHEARD_MS;
    this.#repeat += 1;
    this.#cancelRepeat = this.#outlet.after(() => {
      if (this.#isOwed) this.#send(null);
    }, wait);
  }

  /** Whether something must be said again: an event, or where the hand came to rest. */
  get #isOwed() {
    return this.#ledger.events.length > 0 || (!this.#isHeard && this.#repeat <= MOST_REPEATS);
  }
}

/**
 * Whether both say the same on the wire.
 * @param {HandState} a
 * @param {HandState} b
 */
function isSame(a, b) {
  const isThere = [a.x, a.y, a.scale].every((value, at) => Math.fround(value) === Math.fround([b.x, b.y, b.scale][at]));
  return isThere && a.gesture === b.gesture && a.buttons === b.buttons && a.pointer === b.pointer && a.modifiers === b.modifiers;
}
