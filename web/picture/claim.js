/** What the page knows of the picture on the glass, as far as a claim hangs on it: drawn, touched, proven, refuted. Pure. */

import { compressionRatio, judge } from './fidelity.js';
import { isLater } from './rtp_time.js';

/** @typedef {import('./fidelity.js').FrameInfo} FrameInfo */
/** @typedef {import('./fidelity.js').ViewportRecord} ViewportRecord */
/** @typedef {import('./fidelity.js').Judgement} Judgement */

/** How a still failed: a name in text.fidelity.refuted. @typedef {'came' | 'canvas'} Refutation */
/** Or something was drawn over it after it was proven. @typedef {Refutation | 'drawnOver'} Doubt */

export class Claim {
  /** @type {FrameInfo | null} */
  #info = null;
  /** @type {readonly (ViewportRecord | null)[]} */
  #records = [];
  #isStill = false;
  #isTouched = false;
  #sha256 = '';
  /** @type {{revision: number, how: Doubt, isFinal: boolean} | null} */
  #refuted = null;
  /** Bytes spent on the revision shown. */
  #bytes = 0;

  reset() {
    this.#info = null;
    this.#records = [];
    this.#isStill = false;
    this.#sha256 = '';
    this.#refuted = null;
    this.#bytes = 0;
  }

  /**
   * A picture was drawn, or the words of the one drawn have come.
   * @param {FrameInfo | null} info
   * @param {readonly (ViewportRecord | null)[]} records
   * @param {boolean} isStill
   */
  drawn(info, records, isStill) {
    const isNew = info?.rtp !== this.#info?.rtp || isStill !== this.#isStill;
    if (info && info.revision !== this.#info?.revision) this.#bytes = 0;
    if (info && isNew) this.#bytes = isStill ? info.size : this.#bytes + info.size;
    if (isNew) {
      this.#sha256 = '';
      this.#isTouched = false;
    }
    this.#info = info;
    this.#records = records;
    this.#isStill = isStill;
    if (info && this.#refuted && isLater(info.revision, this.#refuted.revision)) this.#refuted = null;
  }

  /** A still is on the canvas, perhaps the one that was there before: only what touches it from now on stands against its proof. */
  laid() {
    this.#sha256 = '';
    this.#isTouched = false;
  }

  /** The hand, or the browser, did something to what is shown: nothing is claimed any more of it. */
  touch() {
    this.#isTouched = true;
  }

  /** @param {string} sha256 of the canvas as it was when the still was laid on it, equal to the host's */
  prove(sha256) {
    this.#sha256 = sha256;
    if (this.#refuted && !this.#refuted.isFinal) this.#refuted = null;
  }

  /**
   * @param {number} revision
   * @param {Doubt} how
   * @param {number} attempt the second one stands until the next revision
   */
  refute(revision, how, attempt) {
    const isFinal = attempt > 1 || (this.#refuted?.isFinal === true && this.#refuted.revision === revision);
    this.#refuted = { revision, how, isFinal };
    this.#sha256 = '';
  }

  /** @param {number} revision @returns {Refutation | ''} how it was refuted for good */
  condemned(revision) {
    if (!this.#refuted?.isFinal || this.#refuted.revision !== revision || this.#refuted.how === 'drawnOver') return '';
    return this.#refuted.how;
  }

  /** Whether the canvas holds a proven still, whatever may be claimed of it now. */
  get isProven() {
    return this.#isStill && this.#sha256 !== '';
  }

  /** Whether the canvas should hold a proven still that nothing was done to since. */
  get stands() {
    return this.isProven && !this.#isTouched && this.#refuted === null;
  }

  get sha256() {
    return this.#sha256;
  }

  get refutation() {
    return this.#refuted?.how ?? '';
  }

  /** n of "n:1" of what is shown, or null. */
  get ratio() {
    return this.#info && this.#bytes > 0 ? compressionRatio(this.#info, this.#records, this.#bytes) : null;
  }

  /**
   * @param {Pick<import('./fidelity.js').Facts, 'isLive' | 'isCurrent' | 'isVisible' | 'scale' | 'isUnreadable'>} around
   * @returns {Judgement}
   */
  judge(around) {
    return judge({
      info: this.#info,
      records: this.#records,
      isStill: this.#isStill,
      isProven: this.#sha256 !== '',
      isRefuted: this.#refuted !== null,
      isTouched: this.#isTouched,
      ...around,
    });
  }
}
