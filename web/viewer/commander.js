/** Sends commands, each numbered and with the revision that was on the glass. Pure but for what it is given. */

/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */
/** @typedef {import('../protocol/control.js').Command} Command */

/** Positions of a scroll thumb that may be on their way at once: older ones are overtaken, not queued. */
const GO_IN_FLIGHT = 2;

export class Commander {
  #send;
  #revision;
  #id = 0;
  #count = 0;
  #newest = 0;
  /** @type {Set<number>} */
  #going = new Set();
  /** @type {{viewport: number, image: number} | null} */
  #next = null;

  /**
   * @param {(command: Command) => boolean} send
   * @param {() => number} revision what is on the glass
   */
  constructor(send, revision) {
    this.#send = send;
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

  /** Another seat: its host has had no command yet. */
  begin() {
    this.#count = 0;
    this.#newest = 0;
    this.reset();
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
   * @returns {number} the command's id, 0 when it could not leave
   */
  command(name, value = null, viewport = -1) {
    this.#id += 1;
    const left = this.#send({ type: 'command', id: this.#id, revision: this.#revision(), name, viewport, value });
    if (!left) return 0;
    this.#count += 1;
    this.#newest = this.#id;
    return this.#id;
  }

  /**
   * Show image `image` (1-based); while the hand drags, only the newest place matters.
   * @param {number} viewport
   * @param {number} image
   */
  goToImage(viewport, image) {
    if (this.#going.size >= GO_IN_FLIGHT) {
      this.#next = { viewport, image };
      return;
    }
    const id = this.command('image.go', image, viewport);
    if (id) this.#going.add(id);
  }

  /** @param {number} id a command that was applied or rejected */
  answered(id) {
    if (!this.#going.delete(id) || !this.#next) return;
    const { viewport, image } = this.#next;
    this.#next = null;
    this.goToImage(viewport, image);
  }
}
