/** Sends commands, each numbered and with the revision that was on the glass. Pure but for what it is given. */

/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */
/** @typedef {import('../protocol/control.js').Command} Command */

/** Positions of a scroll thumb that may be on their way at once: older ones are overtaken, not queued. */
const GO_IN_FLIGHT = 2;

/** Commands without an answer that are kept: more than a hand gives before the picture is said not to be live. */
const KEPT = 64;

export class Commander {
  #send;
  #now;
  #revision;
  #id = 0;
  #count = 0;
  #newest = 0;
  /** Those without an answer, by id. @type {Map<number, Command>} */
  #open = new Map();
  /** @type {Set<number>} */
  #going = new Set();
  /** @type {{viewport: number, image: number, time: number} | null} */
  #next = null;

  /**
   * @param {(command: Command, time: number) => boolean} send
   * @param {() => number} revision what is on the glass
   * @param {() => number} [now] when the hand did what is being answered, ms
   */
  constructor(send, revision, now = () => performance.now()) {
    this.#send = send;
    this.#now = now;
    this.#revision = revision;
  }

  /** How many commands have left on this seat. */
  get count() {
    return this.#count;
  }

  /** The id of the newest command that left on this seat. */
  get newest() {
    return this.#newest;
  }

  /** Another seat, whose host has had no command of this page. */
  begin() {
    this.#count = 0;
    this.#newest = 0;
    this.#open.clear();
    this.reset();
  }

  /**
   * Another seat, whose host knows which commands it has had: those that it has not answered are sent again.
   * @param {(command: Command) => boolean} send
   */
  goOn(send) {
    for (const command of this.#open.values()) send(command);
  }

  /** Another study: what was on its way has no answer any more. */
  reset() {
    this.#going.clear();
    this.#next = null;
  }

  /**
   * @param {string} name
   * @param {CommandValue} [value]
   * @param {number} [viewport] minus one = the active one
   * @param {number} [time] when the hand did it
   * @returns {number} the command's id, 0 when it could not leave
   */
  command(name, value = null, viewport = -1, time = this.#now()) {
    this.#id += 1;
    /** @type {Command} */
    const command = { type: 'command', id: this.#id, revision: this.#revision(), name, viewport, value };
    if (!this.#send(command, time)) return 0;
    this.#open.set(command.id, command);
    for (const id of this.#open.keys()) if (id <= this.#id - KEPT) this.#open.delete(id);
    this.#count += 1;
    this.#newest = this.#id;
    return this.#id;
  }

  /**
   * Show image `image` (1-based); while the hand drags, only the newest place matters.
   * @param {number} viewport
   * @param {number} image
   * @param {number} [time] when the hand was there, ms
   */
  goToImage(viewport, image, time = this.#now()) {
    if (this.#going.size >= GO_IN_FLIGHT) {
      this.#next = { viewport, image, time };
      return;
    }
    const id = this.command('image.go', image, viewport, time);
    if (id) this.#going.add(id);
  }

  /** @param {number} id a command that was applied or rejected */
  answered(id) {
    this.#open.delete(id);
    if (!this.#going.delete(id) || !this.#next) return;
    const { viewport, image, time } = this.#next;
    this.#next = null;
    this.goToImage(viewport, image, time);
  }
}
