/** What the reader is told while there is no picture, or none that is live: always the stage, in words, with real progress. */

import { clockTime } from '../format/device_clock.js';
import { ratioWords, withUnit } from '../format/number.js';
import { standingOf } from '../picture/standing.js';
import { text } from '../text/en.js';
import { badgeWords, isNamed } from './badge_words.js';
import { notLiveWords } from './not_live_words.js';

/** A picture that is drawn comes in much less. */
const NO_PICTURE_MS = 5_000;

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('./viewing.js').Viewing} Viewing */

export class Waiting {
  /** What the host says about a renderer that is not live. */
  renderer = '';
  /** What the host of the seat last said of itself. @type {import('../protocol/control.js').SeatHello | null} */
  #served = null;
  #viewer;
  #seat;
  #viewing;
  #trouble = '';
  /** @type {readonly string[]} */
  #lines = [];
  /** When the picture that is not live was last known to be current; nothing = it is live. */
  #since = '';
  /** What was said of a picture that is another than the host's. */
  #warned = '';
  /** Since when there is nothing to wait for but the picture itself. */
  #waitsSince = Infinity;

  /**
   * @param {Viewer} viewer
   * @param {SeatKeeper} seat
   * @param {Viewing} viewing
   */
  constructor(viewer, seat, viewing) {
    this.#viewer = viewer;
    this.#seat = seat;
    this.#viewing = viewing;
  }

  /** A study was asked for: what was said about the one before holds no more. */
  begin() {
    this.renderer = '';
    this.#waitsSince = Infinity;
  }

  /**
   * @param {string} sentence
   * @param {readonly string[]} [lines]
   */
  trouble(sentence, lines = []) {
    this.#trouble = sentence;
    this.#lines = lines;
    this.update();
  }

  update() {
    this.#words();
    this.#stale();
    this.#aside();
  }

  /** @param {import('../protocol/control.js').SeatHello} served */
  set served(served) {
    this.#served = served;
    this.#aside();
  }

  /** The host has spoken: the figures are new. */
  heard() {
    this.claim();
    if (this.#viewing.reading.opened && !this.#viewing.glass.hasPicture) this.#words();
  }

  /** What may be claimed of the picture, in the badge and, where they are shown, beside the figures. */
  claim() {
    const { badge, stats } = this.#viewer;
    const { glass, isLive } = this.#viewing;
    const { proofs } = this.#viewing;
    const { judgement, ratio, image } = glass;
    const standing = standingOf({ hasPicture: glass.hasPicture, isLive, judgement, weight: image.weight });
    const words = this.#why(standing);
    const isAltered = standing === 'lossy' && ['altered', 'covered', 'reworded'].includes(judgement.why);
    this.#warn(standing === 'mismatch' || isAltered ? words : '', standing === 'mismatch' ? 'error' : 'warning');
    const said = badgeWords(standing, judgement, image, ratio === null ? '' : ratioWords(ratio));
    const median = glass.clock?.median ?? null;
    const aside = standing === 'notLive' || standing === 'noPicture' ? [] : image.sentences;
    badge.show(
      standing,
      said.words,
      said.aside,
      isLive && median !== null ? withUnit(median, 0, 'ms') : '',
      [words, ...aside, isLive ? (proofs?.measures.words ?? '') : '', this.#host(), this.#way()].filter(Boolean).join(' '),
    );
    if (!proofs || stats.hidden) return;
    const { measures } = proofs;
    const { proven } = glass;
    stats.update(measures.figures, {
      words,
      reservations: aside,
      hash: proven ? text.fidelity.hash(proven.proof.sha256) : '',
      size: proven?.proof.size ?? 0,
      method: proven?.proof.method ?? '',
      canSave: proven !== null,
      way: measures.way(this.#seat.offer?.transport),
    });
  }

  /**
   * Said once, and taken back when it holds no more.
   * @param {string} words
   * @param {'warning' | 'error'} level
   */
  #warn(words, level) {
    if (words === this.#warned) return;
    this.#viewer.messages.unsay(this.#warned);
    this.#warned = words;
    if (words) this.#viewer.messages.say(level, words);
  }

  /** @param {string} standing */
  #why(standing) {
    const { fidelity } = text;
    const { glass } = this.#viewing;
    const unable = this.#viewing.proofs?.unable ?? '';
    if (standing === 'noPicture') return '';
    if (standing === 'notLive') return fidelity.why.notLive;
    if (standing === 'exact' || standing === 'minified' || standing === 'reserved') return fidelity.exact;
    if (standing === 'mismatch') return fidelity.refuted[glass.refutation] ?? '';
    return unable && !isNamed(glass.judgement) ? fidelity.unable[unable] : (fidelity.why[glass.judgement.why] ?? '');
  }

  #host() {
    return this.#seat.offer?.host_name || '';
  }

  /** By what it is reached, where that is not as it should be. */
  #way() {
    return this.#seat.offer?.transport === 'socket' ? text.ways.socket : '';
  }

  #aside() {
    const { offer } = this.#seat;
    // The server offered the seat of a host that had just started before it knew what draws there.
    const by = offer && this.#served?.host === offer.host_name ? this.#served : offer;
    this.#viewer.messages.aside(offer ? [offer.host_name, by?.renderer, by?.encoder].filter(Boolean).join(' · ') : '');
  }

  #words() {
    const { stage } = this.#viewer;
    const { reading, glass, moved } = this.#viewing;
    const { phase } = this.#seat;
    const leave = () => this.#viewer.onBack();
    if (phase === 'live') this.#forget();
    if (moved) stage.wait(moved, { button: text.stage.continued, press: () => this.#viewing.takeBack() });
    else if (reading.failure && !this.#viewing.opensAgain) {
      stage.wait(reading.failure.message, { button: text.seat.retry, press: () => this.#viewing.takeBack(), leave });
    } else if (phase === 'failed') {
      stage.wait(this.#trouble, { button: text.seat.retry, lines: this.#lines, press: () => this.#seat.retry(), leave });
    } else if (glass.hasPicture || !reading.reference) stage.wait('');
    else if (phase !== 'live') {
      const host = this.#host();
      stage.wait(host ? text.stage.connecting(host) : text.stage.host, { detail: this.#trouble, lines: this.#lines });
    } else this.#opening();
  }

  /** What was in the way is no more. */
  #forget() {
    this.#trouble = '';
    this.#lines = [];
  }

  #opening() {
    const { stage } = this.#viewer;
    const { reading } = this.#viewing;
    if (reading.opened) {
      const progress = reading.progress.get(reading.activeSeries?.index ?? -1);
      const isReading = progress !== undefined && progress.present < progress.total;
      if (isReading || this.renderer) {
        this.#waitsSince = Infinity;
        stage.wait(this.renderer || text.stage.reading, isReading ? part(progress.present, progress.total) : {});
        return;
      }
      const now = performance.now();
      this.#waitsSince = Math.min(this.#waitsSince, now);
      const isLate = now - this.#waitsSince > NO_PICTURE_MS;
      stage.wait(text.stage.picture, { detail: isLate ? text.stage.noPicture : '' });
      return;
    }
    const { opening } = reading;
    const stages = /** @type {Record<string, unknown>} */ (text.stage);
    const title = stages[opening?.stage ?? ''];
    stage.wait(typeof title === 'string' ? title : text.stage.opening, opening ? part(opening.done, opening.total) : {});
  }

  #stale() {
    const viewer = this.#viewer;
    const { glass } = this.#viewing;
    const { phase } = this.#seat;
    const isStale = glass.hasPicture && (phase !== 'live' || glass.isOld);
    viewer.classList.toggle('not-live', isStale);
    if (!isStale) {
      this.#since = '';
      viewer.stage.stale('');
      this.claim();
      return;
    }
    const why = notLiveWords({ phase, isOld: glass.isOld, renderer: this.renderer, trouble: this.#trouble, host: this.#host() });
    // A new seat that is heard of makes the picture of the old one no newer.
    const time = this.#seat.lastLive;
    this.#since ||= time === null ? '' : clockTime(time);
    viewer.stage.stale(text.live.since(this.#since), [why, text.live.waiting].filter(Boolean).join(' '));
    this.claim();
  }
}

/**
 * @param {number} done
 * @param {number} total
 */
function part(done, total) {
  return total > 0 ? { detail: text.stage.of(done, total), share: done / total } : {};
}
