/** The page's side of the proof: what it can, what becomes of each still, what was measured, and the record to save. */

import { covers } from '../picture/fidelity.js';
import { MOST_STILLS } from '../picture/held_stills.js';
import { Measures } from './measures.js';
import { ProofSaver } from './proof_saver.js';

/** @typedef {import('./glass.js').Glass} Glass */
/** @typedef {import('../protocol/control.js').ToPage} ToPage */

/** How long a still is waited for, beyond what its bytes take on the link. */
const STILL_MS = 2_000;

export class Proofs {
  measures;
  #seat;
  #glass;
  #deeds;
  #abilities;
  #messages;
  #saver;
  /** What was said of a still that does not come. */
  #withdrawn = '';

  /**
   * @param {import('../ui/viewer.js').Viewer} viewer
   * @param {import('../seat/seat_keeper.js').SeatKeeper} seat
   * @param {import('../picture/still_abilities.js').StillAbilities} abilities
   * @param {import('../picture/photon_clock.js').PhotonClock} clock
   * @param {{glass: () => Glass, deeds: () => import('../picture/fidelity.js').Deeds, toggled: () => void}} reading
   */
  constructor(viewer, seat, abilities, clock, { glass, deeds, toggled }) {
    this.#seat = seat;
    this.#glass = glass;
    this.#deeds = deeds;
    this.#abilities = abilities;
    abilities.onMore = () => void seat.sendControl(this.abilities);
    this.#messages = viewer.messages;
    this.measures = new Measures(
      () => clock,
      (report) => void seat.sendControl(report),
      () => seat.stats(),
    );
    this.#saver = new ProofSaver(
      (sha256) => seat.sendControl({ type: 'record.request', sha256 }),
      (level, words) => this.#messages.say(level, words),
    );
    viewer.connectStats({
      saveRecord: () => this.#saver.record(glass().confirmed),
      savePicture: () => void this.#saver.picture(glass().confirmed),
      toggled: (isOpen) => {
        glass().times = isOpen;
        toggled();
      },
    });
  }

  /** Why nothing can be proven in this browser: a name in text.fidelity.unable, or nothing. */
  get unable() {
    return this.#abilities.unable;
  }

  /** What a host must know of this page before it sends something to prove. @returns {import('../protocol/control.js').FromPage} */
  get abilities() {
    return { type: 'abilities', still: this.#abilities.methods, held: MOST_STILLS };
  }

  /** Another seat: nothing measured on the one before holds. */
  begin() {
    this.measures.reset();
  }

  /** Another study: a record that was asked for is not waited for any more. */
  forget() {
    this.#saver.forget();
  }

  /** What the glass asks, of `live` and the like it asks the viewing itself. */
  get answers() {
    return {
      /** @param {import('../protocol/control.js').StillProof} proof */
      covers: (proof) => covers(proof, this.#deeds()),
      /** @param {number} size */
      patience: (size) => STILL_MS + this.#linkTime(size),
      /** @type {import('../picture/stills.js').StillDesk['answer']} */
      answer: (still, verdict, sha256, reason) => void this.#seat.sendControl({ type: 'still.checked', still, verdict, sha256, reason }),
    };
  }

  /** About how long so many bytes take on the link, ms. @param {number} size */
  #linkTime(size) {
    const { bitRate, roundTrip } = this.measures;
    return (bitRate === null ? 0 : (size * 12_000) / bitRate) + 2 * (roundTrip ?? 0);
  }

  /** @param {import('../protocol/frames.js').HostBeat} beat */
  beat(beat) {
    this.measures.heard(beat, performance.now());
  }

  /**
   * Before it is sent nothing is claimed any more of the picture.
   * @param {import('../protocol/control.js').Command} command
   * @param {number} time when the hand did it, ms
   */
  command(command, time) {
    const glass = this.#glass();
    glass.touch();
    this.#triedAgain();
    const isSent = this.#seat.sendControl(command);
    if (isSent) glass.clock?.commanded(command.id, time);
    return isSent;
  }

  /** @param {ToPage} message */
  take(message) {
    const glass = this.#glass();
    if (message.type === 'still') {
      this.#triedAgain();
      glass.proof(message);
    }
    else if (message.type === 'record') this.#saver.arrived(message.sha256, message.record);
    else if (message.type === 'applied') glass.clock?.answered(message.id, message.revision);
    else if (message.type === 'rejected') {
      glass.clock?.answered(message.id, null);
      // What has no number answers no command: a record that was asked for will not come, and why is said already.
      if (message.id === 0) this.#saver.forget();
    }
    else if (message.type === 'still.withdrawn') {
      glass.withdrawn(message.still);
      this.#withdrawn = message.reason;
      this.#messages.sayOfAct(message.reason);
    }
  }

  /** That no exact picture comes holds no more, and never stands beside one. */
  #triedAgain() {
    this.#messages.unsay(this.#withdrawn);
    this.#withdrawn = '';
  }
}
