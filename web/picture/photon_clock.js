/** Measures hand → glass: from the time stamp of an input event to the drawing of the first picture that knows it. Pure. */

const SAMPLES = 61;
const PENDING = 128;
/** An input older than this changed nothing that could be seen; it is no sample. */
const TOO_OLD_MS = 1_000;
/** Inputs answered by one picture belong together when they were made within this time; those before had no effect. */
const BURST_MS = 100;

export class PhotonClock {
  /** @type {{sequence: number, time: number}[]} */
  #pending = [];
  /** @type {number[]} */
  #samples = [];
  #revision = -1;

  /** Another study or seat: what is pending belongs to the past. */
  reset() {
    this.#pending = [];
    this.#samples = [];
    this.#revision = -1;
  }

  /**
   * A packet was sent that carries input made at `time`.
   * @param {number} sequence
   * @param {number} time ms, the event's timeStamp
   */
  sent(sequence, time) {
    this.#pending.push({ sequence, time });
    if (this.#pending.length > PENDING) this.#pending.shift();
  }

  /**
   * A picture was drawn. One that merely repeats or refines, or is of the same revision, answers nothing.
   * @param {number} revision
   * @param {number} sequence the newest packet it knows
   * @param {number} now ms
   * @param {boolean} [repeats] a refinement or a heartbeat
   */
  drawn(revision, sequence, now, repeats = false) {
    const first = this.#revision < 0;
    if (revision <= this.#revision) return;
    this.#revision = revision;
    const answered = this.#pending.filter((input) => input.sequence <= sequence);
    this.#pending = this.#pending.filter((input) => input.sequence > sequence);
    if (first || repeats) return;
    const newest = answered.at(-1)?.time ?? now;
    for (const { time } of answered) {
      const took = now - time;
      if (took >= 0 && took < TOO_OLD_MS && newest - time <= BURST_MS) this.#samples.push(took);
    }
    this.#samples.splice(0, Math.max(0, this.#samples.length - SAMPLES));
  }

  /** The median of the last samples in ms, or null. */
  get median() {
    if (this.#samples.length === 0) return null;
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }
}
