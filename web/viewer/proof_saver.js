/** Saves what was proven: the record that the host signs, and the picture itself, without loss. */

import { encodePng } from '../format/png.js';
import { text } from '../text/en.js';
import { statsText } from '../text/en_stats.js';

/** @typedef {import('./glass.js').Proven} Proven */

const RECORD_MS = 10_000;

export class ProofSaver {
  #ask;
  #say;
  #wanted = '';
  #timer = 0;

  /**
   * @param {(sha256: string) => boolean} ask the host for the record of a proven picture
   * @param {(level: 'info' | 'error', words: string) => void} say
   */
  constructor(ask, say) {
    this.#ask = ask;
    this.#say = say;
  }

  /** @param {Proven | null} proven what is exact now */
  record(proven) {
    if (!proven) return this.#say('error', statsText.notSaved);
    this.#wanted = proven.proof.sha256;
    clearTimeout(this.#timer);
    if (this.#ask(this.#wanted)) this.#timer = window.setTimeout(() => this.#late(), RECORD_MS);
    else this.#late();
  }

  /**
   * The host has signed it.
   * @param {string} sha256
   * @param {string} record
   */
  arrived(sha256, record) {
    if (sha256 !== this.#wanted) return;
    this.#wanted = '';
    clearTimeout(this.#timer);
    save(new Blob([record], { type: 'application/json' }), 'record', 'json');
    this.#say('info', statsText.recordSaved);
  }

  /** @param {Proven | null} proven what is exact now */
  async picture(proven) {
    if (!proven) return this.#say('error', statsText.notSaved);
    try {
      save(await encodePng(proven.packed, proven.proof, text.notMedicalDevice), 'picture', 'png');
      this.#say('info', statsText.pictureSaved);
    } catch (problem) {
      console.error('The picture could not be coded:', problem);
      this.#say('error', statsText.pictureFailed);
    }
  }

  /** It will not come, and why is said elsewhere; or nobody waits for it. */
  forget() {
    this.#wanted = '';
    clearTimeout(this.#timer);
  }

  #late() {
    if (!this.#wanted) return;
    this.#wanted = '';
    this.#say('error', statsText.recordLate);
  }
}

/**
 * A file without a patient's name: "farview-record-2026-03-05T140322.json".
 * @param {Blob} blob
 * @param {string} what
 * @param {string} ending
 */
function save(blob, what, ending) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `farview-${what}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
