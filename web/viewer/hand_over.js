/**
 * Takes the hand over to a new seat: what the seat before has not acknowledged is done once, where the host still knows what was done,
 * and else not at all.
 */

export class HandOver {
  #sender;
  #commander;
  #again;
  #isNew = false;

  /**
   * @param {import('../input/moves_sender.js').MovesSender} sender
   * @param {import('./commander.js').Commander} commander
   * @param {(command: import('../protocol/control.js').Command) => boolean} again sends a command whatever is shown
   */
  constructor(sender, commander, again) {
    this.#sender = sender;
    this.#commander = commander;
    this.#again = again;
  }

  /** A new seat is ready. */
  begin() {
    this.#isNew = true;
    this.#sender.hold();
  }

  /** Whether the host is to be asked to let the hand go on. */
  get isWhole() {
    return this.#sender.isWhole;
  }

  /** @param {boolean} goesOn whether the host of the study that is open now knows this hand */
  opened(goesOn) {
    if (!this.#isNew) return;
    this.#isNew = false;
    if (goesOn) {
      this.#commander.goOn(this.#again);
      this.#sender.goOn();
    } else {
      this.#commander.begin();
      this.#sender.reset();
    }
  }
}
