/**
 * From a proof and the picture that comes for it to a verdict: unpack, hash, draw, read the canvas back, hash again. A still is drawn
 * only when its bytes are the host's, and called exact only when the canvas gives the same bytes back. Pure but for its desk.
 */

import { HeldStills } from './held_stills.js';
import { fits, unpack } from './planes.js';
import { wordsOf } from './still_words.js';

/** @typedef {import('../protocol/control.js').StillProof} StillProof */
/** @typedef {import('../protocol/control.js').StillVerdict} StillVerdict */
/** @typedef {import('./planes.js').Decoded} Decoded */
/** @typedef {import('./still_words.js').Words} Words */
/** @typedef {{proof: StillProof, words: Words, packed: Uint8Array}} Still */

/** Pictures that came before their proofs. */
const ARRIVED_KEPT = 2;

/**
 * @typedef {object} StillDesk what is needed of the world
 * @property {(proof: StillProof) => boolean} accepts whether it may be shown: of the open study, not older than what is shown, and the
 *   hand has done nothing since
 * @property {(revision: number) => import('./claim.js').Refutation | ''} condemned how a still of this revision failed for good
 * @property {(still: Still) => boolean} draw pixels and words, in one task; false = it could not
 * @property {(proof: StillProof) => Uint8Array | null} read what the canvas holds, packed; null where it is not what was drawn at all
 * @property {(packed: Uint8Array) => Promise<string>} hash SHA-256, hexadecimal
 * @property {(still: Still) => void} proven
 * @property {(proof: StillProof, how: import('./claim.js').Refutation) => void} refuted
 * @property {(still: number, verdict: StillVerdict, sha256: string, reason: Reason) => void} answer
 * @property {(size: number) => number} patience ms to wait for a picture of so many bytes
 * @property {(callback: () => void, ms: number) => () => void} after
 */

/**
 * Why a still was not found to be exact, for the host's log: another hash than it named came, or is what the canvas gives back; its
 * description does not belong to it; the decoded picture has another size; it could not be decoded; it did not come in time.
 * @typedef {'' | 'came' | 'canvas' | 'words' | 'shape' | 'unreadable' | 'late'} Reason
 */

export class Stills {
  #desk;
  #held = new HeldStills();
  /** The one still that is waited for or worked on. @type {{proof: StillProof, words: Words, cancel: () => void} | null} */
  #current = null;
  /** @type {Map<number, Decoded>} by RTP timestamp, oldest first */
  #arrived = new Map();

  /** @param {StillDesk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /** Another study or seat: nothing of the one before is shown again. */
  reset() {
    this.#forget();
    this.#arrived.clear();
    this.#held.clear();
  }

  /** @param {StillProof} proof */
  async proof(proof) {
    this.interrupt();
    const desk = this.#desk;
    const condemned = desk.condemned(proof.revision);
    const words = wordsOf(proof);
    if (!desk.accepts(proof)) this.#answer(proof, 'stale');
    else if (condemned) this.#answer(proof, 'mismatch', '', condemned);
    else if (!words) this.#answer(proof, 'undecoded', '', 'words');
    else {
      const cancel = desk.after(() => this.#late(), desk.patience(proof.size));
      this.#current = { proof, words, cancel };
      if (proof.method === 'held') await this.#again();
      else await this.#match();
    }
  }

  /**
   * A picture came out of a decoder.
   * @param {number} rtp
   * @param {Decoded} decoded
   */
  async picture(rtp, decoded) {
    this.#arrived.delete(rtp);
    this.#arrived.set(rtp, decoded);
    for (const oldest of this.#arrived.keys()) if (this.#arrived.size > ARRIVED_KEPT) this.#arrived.delete(oldest);
    await this.#match();
  }

  /**
   * A picture came that can't be decoded.
   * @param {number} rtp
   */
  unreadable(rtp) {
    const proof = this.#current?.proof;
    if (proof && proof.rtp >>> 0 === rtp) this.#end(proof, 'undecoded', '', 'unreadable');
  }

  /**
   * It will not come.
   * @param {number} still
   */
  withdrawn(still) {
    if (this.#current?.proof.still === still) this.#forget();
  }

  async #again() {
    if (!this.#current) return;
    const { proof } = this.#current;
    const packed = this.#held.take(proof.sha256);
    if (packed) await this.#show(packed);
    else this.#end(proof, 'missing');
  }

  /** The proof and its picture are both there. */
  async #match() {
    const current = this.#current;
    if (!current || current.proof.method === 'held') return;
    const { proof } = current;
    const decoded = this.#arrived.get(proof.rtp >>> 0);
    if (!decoded) return;
    this.#arrived.delete(proof.rtp >>> 0);
    current.cancel();
    if (!fits(decoded, proof)) {
      this.#end(proof, 'undecoded', '', 'shape');
      return;
    }
    const packed = unpack(decoded, proof);
    if (!packed) {
      this.#refute(proof, 'came', '');
      return;
    }
    const sha256 = await this.#desk.hash(packed);
    if (!this.#goesOn(current)) return;
    if (sha256 === proof.sha256) await this.#show(packed);
    else this.#refute(proof, 'came', sha256);
  }

  /** @param {Uint8Array} packed */
  async #show(packed) {
    const current = this.#current;
    if (!current || !this.#goesOn(current)) return;
    current.cancel();
    const desk = this.#desk;
    const { proof, words } = current;
    if (!desk.draw({ proof, words, packed })) {
      this.#end(proof, 'stale');
      return;
    }
    const shown = desk.read(proof);
    const sha256 = shown ? await desk.hash(shown) : '';
    if (!this.#goesOn(current)) return;
    if (!shown || sha256 !== proof.sha256) {
      this.#refute(proof, 'canvas', sha256);
      return;
    }
    this.#held.keep(sha256, shown);
    desk.proven({ proof, words, packed: shown });
    this.#end(proof, 'exact', sha256);
  }

  /** Whether this still is still wanted; where the hand was faster, that is said. @param {{proof: StillProof}} current */
  #goesOn(current) {
    if (this.#current !== current) return false; // whoever replaced it has answered for it
    if (this.#desk.accepts(current.proof)) return true;
    this.#end(current.proof, 'stale');
    return false;
  }

  /**
   * @param {StillProof} proof
   * @param {import('./claim.js').Refutation} how
   * @param {string} sha256
   */
  #refute(proof, how, sha256) {
    this.#desk.refuted(proof, how);
    this.#end(proof, 'mismatch', sha256, how);
  }

  #late() {
    if (this.#current) this.#end(this.#current.proof, this.#desk.accepts(this.#current.proof) ? 'undecoded' : 'stale', '', 'late');
  }

  /** Where one is not ready, a newer one takes its place, or there is no canvas to put it on. */
  interrupt() {
    if (this.#current) this.#end(this.#current.proof, 'stale');
  }

  /**
   * @param {StillProof} proof
   * @param {StillVerdict} verdict
   * @param {string} [sha256]
   * @param {Reason} [reason]
   */
  #end(proof, verdict, sha256 = '', reason = '') {
    this.#forget();
    this.#answer(proof, verdict, sha256, reason);
  }

  #forget() {
    this.#current?.cancel();
    this.#current = null;
  }

  /**
   * @param {StillProof} proof
   * @param {StillVerdict} verdict
   * @param {string} [sha256]
   * @param {Reason} [reason]
   */
  #answer({ still }, verdict, sha256 = '', reason = '') {
    this.#desk.answer(still, verdict, sha256, reason);
  }
}
