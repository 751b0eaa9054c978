/**
 * Measures hand → glass: from the time stamp of an input event to the drawing of the first picture that knows it, and where the time
 * went; and last input → proven exact. Pure.
 */

import { isLater } from './rtp_time.js';
import { Samples } from './samples.js';

/** @typedef {Pick<import('../protocol/frames.js').FrameInfo, 'revision' | 'input_sequence' | 'rtp' | 'draw_ms' | 'encode_ms'>} Shown */
/**
 * Parts of the way: page = event → packet, network = there and back with all queues, draw and encode on the host, decode =
 * last packet → canvas.
 * @typedef {'page' | 'network' | 'draw' | 'encode' | 'decode'} Part
 */

const SAMPLES = 61;
const PENDING = 128;
/** A hand whose last input is older than this changed nothing that could be seen: what comes is no answer, for by now it is not live. */
const UNANSWERED_MS = 2_000;
/** Inputs that follow each other within this time are one run: a picture that answers its end answers all of it. Those before had no effect. */
const RUN_MS = 100;
/** So many inputs of a run are counted, the oldest and the newest among them: one long wait is not the whole picture. */
const MOST_OF_RUN = 16;
/** Pictures further apart belong to two movements. */
const MOVEMENT_MS = 400;
/** Fewer are a step, and no movement. */
const MOVEMENT_PICTURES = 5;
const PICTURES = 64;
const STILLS = 31;
/** @type {readonly Part[]} */
export const PARTS = ['page', 'network', 'draw', 'encode', 'decode'];

export class PhotonClock {
  /** @type {{sequence: number, time: number, left: number}[]} */
  #pending = [];
  #hand = new Samples(SAMPLES);
  #exact = new Samples(STILLS);
  /** Since the last report. */
  #fresh = { hand: new Samples(512), exact: new Samples(512) };
  /** @type {Map<Part, Samples>} */
  #parts = new Map(PARTS.map((part) => [part, new Samples(SAMPLES)]));
  /** When pictures were drawn of which it is not known when they came, by RTP timestamp. @type {Map<number, number>} */
  #undecoded = new Map();
  /** Pictures of new revisions, as they were drawn. @type {{revision: number, now: number, draw: number, encode: number, rtp: number}[]} */
  #pictures = [];
  /** Commands on their way, by id. @type {Map<number, number>} */
  #commands = new Map();
  /** Commands applied in a revision not drawn yet. @type {{revision: number, time: number}[]} */
  #applied = [];
  /** When the newest command was given. */
  #command = -Infinity;
  #movementBegan = 0;
  /** @type {number | null} */
  #revision = null;
  /** Of the newest input that no exact picture has answered yet. @type {number | null} */
  #input = null;

  /** Another study or seat: what is pending belongs to the past. */
  reset() {
    this.#pending = [];
    this.#undecoded.clear();
    this.#pictures = [];
    this.#commands.clear();
    this.#applied = [];
    this.#command = -Infinity;
    this.#revision = null;
    this.#input = null;
    for (const samples of [this.#hand, this.#exact, ...this.#parts.values()]) samples.clear();
  }

  /**
   * A packet was sent that carries input made at `time`.
   * @param {number} sequence
   * @param {number} time ms, the event's timeStamp
   * @param {number} [left] ms, when it was sent
   */
  sent(sequence, time, left = time) {
    this.#input = time;
    this.#pending.push({ sequence, time, left });
    if (this.#pending.length > PENDING) this.#pending.shift();
  }

  /**
   * A command was sent.
   * @param {number} id
   * @param {number} time ms, the event's timeStamp
   */
  commanded(id, time) {
    this.#input = time;
    this.#command = time;
    this.#commands.set(id, time);
    if (this.#commands.size > PENDING) this.#commands.delete(this.#commands.keys().next().value ?? 0);
  }

  /**
   * A command has its answer; it may come before the picture that shows it, or after.
   * @param {number} id
   * @param {number | null} revision in which it is applied; null = it was rejected
   */
  answered(id, revision) {
    const time = this.#commands.get(id);
    this.#commands.delete(id);
    if (time === undefined || revision === null) return;
    const picture = this.#pictures.find((drawn) => !isLater(revision, drawn.revision));
    if (!picture) this.#applied.push({ revision, time });
    else if (picture.now >= time) this.#sample(time, time, picture);
    if (this.#applied.length > PENDING) this.#applied.shift();
  }

  /**
   * A picture was drawn. One that merely repeats or refines, or is of the same revision, answers nothing.
   * @param {Shown} info
   * @param {number} now ms
   * @param {boolean} [repeats] a refinement or a heartbeat
   */
  drawn({ revision, input_sequence: sequence, rtp, draw_ms: draw, encode_ms: encode }, now, repeats = false) {
    const first = this.#revision === null;
    if (this.#revision !== null && !isLater(revision, this.#revision)) return;
    this.#revision = revision;
    const answered = this.#pending.filter((input) => !isLater(input.sequence, sequence));
    this.#pending = this.#pending.filter((input) => isLater(input.sequence, sequence));
    const applied = this.#applied.filter((command) => !isLater(command.revision, revision));
    this.#applied = this.#applied.filter((command) => isLater(command.revision, revision));
    if (first || repeats) return;
    const picture = { revision, now, draw, encode, rtp };
    this.#movement(picture);
    for (const { time, left } of counted(answered, this.#command, now)) this.#sample(time, left, picture);
    for (const { time } of applied) if (now - time < UNANSWERED_MS) this.#sample(time, time, picture);
  }

  /**
   * @param {number} time when the hand did it
   * @param {number} left when it was sent
   * @param {{now: number, draw: number, encode: number, rtp: number}} picture the first that shows it
   */
  #sample(time, left, { now, draw, encode, rtp }) {
    const took = now - time;
    if (took < 0) return;
    this.#hand.add(took);
    this.#fresh.hand.add(took);
    const network = Math.max(0, now - left - draw - encode);
    this.#split({ page: left - time, network, draw, encode });
    this.#undecoded.set(rtp, now);
    if (this.#undecoded.size > PENDING) this.#undecoded.delete(this.#undecoded.keys().next().value ?? 0);
  }

  /** @param {Partial<Record<Part, number>>} parts ms */
  #split(parts) {
    for (const part of PARTS) {
      const value = parts[part];
      if (value !== undefined) this.#parts.get(part)?.add(value);
    }
  }

  /**
   * The browser has told when the last packet of a picture came.
   * @param {number} rtp
   * @param {number} received ms
   */
  received(rtp, received) {
    const drawn = this.#undecoded.get(rtp);
    this.#undecoded.delete(rtp);
    if (drawn !== undefined && received <= drawn) this.#split({ decode: drawn - received });
  }

  /** @param {number} now ms, when a still was proven exact */
  proven(now) {
    if (this.#input === null) return;
    this.#exact.add(now - this.#input);
    this.#fresh.exact.add(now - this.#input);
    this.#input = null;
  }

  /** @param {{revision: number, now: number, draw: number, encode: number, rtp: number}} picture */
  #movement(picture) {
    const { now } = picture;
    if (now - (this.#pictures.at(-1)?.now ?? -Infinity) > MOVEMENT_MS) this.#movementBegan = now;
    this.#pictures.push(picture);
    if (this.#pictures.length > PICTURES) this.#pictures.shift();
  }

  /** The median of the last samples in ms, or null. */
  get median() {
    return this.#hand.quantile(0.5);
  }

  get p95() {
    return this.#hand.quantile(0.95);
  }

  /** Pictures a second in the last movement, or null where there was none. */
  get picturesPerSecond() {
    const moved = this.#pictures.filter(({ now }) => now >= this.#movementBegan);
    const took = (moved.at(-1)?.now ?? 0) - (moved[0]?.now ?? 0);
    return moved.length >= MOVEMENT_PICTURES ? ((moved.length - 1) * 1_000) / took : null;
  }

  /** ms by part; null where nothing was measured. @param {Part} part */
  part(part) {
    const samples = this.#parts.get(part);
    return { p50: samples?.quantile(0.5) ?? null, p95: samples?.quantile(0.95) ?? null };
  }

  /** Last input → proven exact, ms. */
  get exact() {
    return { p50: this.#exact.quantile(0.5), p95: this.#exact.quantile(0.95) };
  }

  /** What was measured since it was asked last, for the host's metrics; null = nothing. */
  report() {
    const { hand, exact } = this.#fresh;
    if (hand.count + exact.count === 0) return null;
    const report = {
      samples: hand.count,
      p50_ms: hand.quantile(0.5) ?? 0,
      p95_ms: hand.quantile(0.95) ?? 0,
      pictures_per_second: this.picturesPerSecond ?? 0,
      exact: exact.count,
      exact_p50_ms: exact.quantile(0.5) ?? 0,
    };
    hand.clear();
    exact.clear();
    return report;
  }
}

/**
 * The inputs that count as answered by a picture: the last run of them, at most so many, spread over all of it.
 * @template {{time: number}} Input
 * @param {readonly Input[]} inputs oldest first
 * @param {number} command when the newest command was given: what was done long before it had no effect
 * @param {number} now when the picture was drawn
 * @returns {Input[]}
 */
function counted(inputs, command, now) {
  let begin = inputs.length;
  let next = Math.max(command, inputs.at(-1)?.time ?? -Infinity);
  if (now - next >= UNANSWERED_MS) return [];
  while (begin > 0 && next - inputs[begin - 1].time <= RUN_MS) {
    begin -= 1;
    next = inputs[begin].time;
  }
  const run = inputs.slice(begin);
  if (run.length <= MOST_OF_RUN) return run;
  return Array.from({ length: MOST_OF_RUN }, (_, at) => run[Math.round((at * (run.length - 1)) / (MOST_OF_RUN - 1))]);
}
