/** What the reader is told while there is no picture, or none that is live: always the stage, in words, with real progress. */

import { text } from '../text/en.js';

/** A picture that is drawn comes in much less. */
const NO_PICTURE_MS = 5_000;

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('./viewing.js').Viewing} Viewing */

export class Waiting {
  /** What the host says about a renderer that is not live. */
  renderer = '';
  #viewer;
  #seat;
  #viewing;
  #trouble = '';
  /** @type {readonly string[]} */
  #lines = [];
  /** When the picture that is not live was last known to be current; nothing = it is live. */
  #since = '';
  /** Since when there is nothing to wait for but the picture itself. */
  #waitsSince = Infinity;
  /** @type {number | null} */
  #latency = null;
  /** @type {import('../protocol/frames.js').HostBeat | null} */
  #beat = null;

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

  /**
   * @param {number | null} latency
   * @param {import('../protocol/frames.js').HostBeat} beat
   */
  heard(latency, beat) {
    this.#latency = latency;
    this.#beat = beat;
    this.#badge();
    if (this.#viewing.reading.opened && !this.#viewing.glass.hasPicture) this.#words();
  }

  #badge() {
    const beat = this.#beat;
    const latency = this.#latency;
    const { isLive, glass } = this.#viewing;
    if (!beat) return;
    const fidelity = !glass.hasPicture ? 'noPicture' : isLive ? 'lossy' : 'notLive';
    const rate = beat.bit_rate > 0 ? `, ${(beat.bit_rate / 1e6).toFixed(1)}\u202fMbit/s` : '';
    this.#viewer.badge.show(fidelity, latency, `${this.#host()} · ${beat.rtt_ms}\u202fms${rate}`);
  }

  #host() {
    return this.#seat.offer?.host_name || '';
  }

  #aside() {
    const { offer } = this.#seat;
    this.#viewer.messages.aside(offer ? [offer.host_name, offer.renderer, offer.encoder].filter(Boolean).join(' · ') : '');
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
    const { glass, lastLive } = this.#viewing;
    const { phase } = this.#seat;
    const isStale = glass.hasPicture && (phase !== 'live' || glass.isOld);
    viewer.classList.toggle('not-live', isStale);
    if (!isStale) {
      this.#since = '';
      viewer.stage.stale('');
      this.#badge();
      return;
    }
    const why = this.renderer || (phase === 'reconnecting' || glass.isOld ? this.#trouble || text.live.reconnecting : '');
    // A new seat that is heard of makes the picture of the old one no newer.
    this.#since ||= lastLive;
    viewer.stage.stale(text.live.since(this.#since), [sentence(why), text.live.waiting].filter(Boolean).join(' '));
    viewer.badge.show('notLive', null, this.#host());
  }
}

/**
 * @param {number} done
 * @param {number} total
 */
function part(done, total) {
  return total > 0 ? { detail: text.stage.of(done, total), share: done / total } : {};
}

/**
 * With its full stop.
 * @param {string} words
 */
function sentence(words) {
  return words === '' || /[.!?]$/.test(words) ? words : `${words}.`;
}
