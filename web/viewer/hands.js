/** The reader's hands at work on the glass: pointer, wheel, keys and buttons → what the host is told, and what the page answers itself. */

import { Hand } from '../input/hand.js';
import { MovesSender } from '../input/moves_sender.js';
import { CameBack } from './came_back.js';
import { Commander } from './commander.js';
import { HandOver } from './hand_over.js';
import { installKeyboard } from './keyboard.js';
import { MarkHand } from './mark_hand.js';
import { MarksKept } from './marks_kept.js';
import { PageActions } from './page_actions.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('./viewing.js').Viewing} Viewing */

export class Hands {
  #sender;
  #hand;
  #markHand;
  #commander;
  #handOver;
  #actions;
  #reading;
  #kept;
  #cameBack;
  #glass;
  #messages;

  /**
   * @param {Viewer} viewer
   * @param {SeatKeeper} seat
   * @param {Viewing} viewing
   * @param {import('./proofs.js').Proofs} proofs
   * @param {() => void} refresh what is around the picture
   */
  constructor(viewer, seat, viewing, proofs, refresh) {
    const { stage } = viewer;
    const { glass, reading } = viewing;
    this.#reading = reading;
    this.#glass = glass;
    this.#messages = viewer.messages;
    this.#kept = new MarksKept(viewer.bar, viewer.messages);
    this.#cameBack = new CameBack(viewer.messages, reading);
    this.#commander = new Commander(
      (command, time) => viewing.isLive && proofs.command(command, time),
      () => glass.shown.revision || (reading.snapshot?.revision ?? 0),
      now,
    );
    this.#sender = new MovesSender({
      send: (bytes) => seat.sendMoves(bytes),
      backstop: (event) => void seat.sendControl({ type: 'event', ...event }),
      glass: () => glass.shown,
      revisionOf: (drawn) => glass.revisionOf(drawn),
      commands: () => this.#commander.count,
      now: () => performance.now(),
      nextFrame: (callback) => void requestAnimationFrame(callback),
      after: (callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      touched: () => {
        glass.touch();
        if (viewing.isLive) viewer.messages.acted();
      },
      sent: (sequence, time) => glass.clock?.sent(sequence, time, performance.now()),
    });
    this.#handOver = new HandOver(this.#sender, this.#commander, (command) => seat.sendControl(command));
    this.#markHand = new MarkHand(stage, reading, glass, () => {
      glass.describe();
      refresh();
    });
    const actions = new PageActions(viewer, viewing, this.#commander);
    this.#actions = actions;
    this.#hand = new Hand(stage, this.#sender, {
      picture: () => glass.picture,
      enabled: () => viewing.isLive,
      drawing: () => reading.snapshot?.tool === 'length',
      touched: () => actions.touched(),
      event: (event, modifiers) => this.#markHand.event(event, modifiers),
      moved: (at) => this.#markHand.move(at),
    });
    installKeyboard({
      active: () => !viewer.hidden,
      key: (binding, digit) => {
        if (viewing.isLive) viewer.messages.acted();
        actions.key(binding, digit);
      },
      space: (held) => {
        this.#hand.space = held;
      },
    });
  }

  /** What they have done last on this seat. @returns {import('../picture/fidelity.js').Deeds} */
  get deeds() {
    return { ...this.#sender.deeds, command: this.#commander.newest };
  }

  /** Whether a host may be asked to let them go on. */
  get isWhole() {
    return this.#handOver.isWhole;
  }

  /**
   * The scroll thumb was moved.
   * @param {number} viewport
   * @param {number} image 0-based
   */
  goToImage(viewport, image) {
    this.#commander.goToImage(viewport, image + 1);
  }

  /** Another seat is ready. */
  begin() {
    this.#handOver.begin();
  }

  /** @param {boolean} goesOn whether the host of the study that is open now knows them */
  opened(goesOn) {
    this.#handOver.opened(goesOn);
    this.#cameBack.opened(goesOn);
  }

  /**
   * Let go of everything.
   * @returns {boolean} whether a gesture was cancelled by it
   */
  release() {
    return this.#hand.release();
  }

  /**
   * The picture is not live: what is half done is undone, and nothing of it stays on the still picture.
   * @returns {boolean} whether a gesture was cancelled by it
   */
  cut() {
    const isCancelled = this.release();
    if (this.#reading.undraft()) this.#glass.describe();
    return isCancelled;
  }

  /** The first image since the study was opened is on the glass. */
  pictured() {
    this.#cameBack.pictured();
  }

  /** The picture under them is gone. */
  lift() {
    this.#markHand.clear();
  }

  /** Another study: nothing of what was on its way counts. */
  drop() {
    this.release();
    this.lift();
    this.#commander.reset();
    this.#kept.told(null);
  }

  /**
   * @param {number} event the newest that the host has applied
   * @param {number | null} sequence of the newest packet that it has had; null = it does not say
   */
  acknowledge(event, sequence) {
    this.#sender.acknowledge(event, sequence);
  }

  /** The words of pictures have come. */
  described() {
    this.#sender.described();
  }

  /** @param {number} command that was applied or rejected */
  answered(command) {
    this.#commander.answered(command);
  }

  /** @param {import('../protocol/control.js').Notice} notice what the host says, in one line */
  told(notice) {
    this.#actions.told(notice);
  }

  /** The host's marks are new, or are drawn anew. */
  marked() {
    this.#markHand.marked();
    this.#actions.marked();
    if (!this.#reading.marks?.marks.some(({ draft }) => draft)) this.#messages.ended('drawing');
    this.keep();
  }

  /** Whether the marks are saved is another than before. */
  keep() {
    this.#kept.told(this.#reading.marks);
    this.#cameBack.marked();
  }
}

/** When the hand did what is being answered, ms. */
function now() {
  return window.event?.timeStamp ?? performance.now();
}
