/** Render hosts as rows: state, renderer, load, a small line of pictures per second and of latency, and what can be done. */

import { clockTime } from '../format/device_clock.js';
import { bytes, fixed, withUnit } from '../format/number.js';
import { adminText } from '../text/en_admin.js';
import { element, say, svg } from './element.js';
import { icon } from './icon.js';

/** @typedef {import('../protocol/records.js').HostRow} HostRow */
/** @typedef {'drain' | 'resume' | 'remove'} Deed */

const SAMPLES = 60;
/** @type {Readonly<Record<string, readonly [tone: string, sign: string]>>} */
const TONES = {
  ready: ['good', 'check'],
  connecting: ['warn', 'connection'],
  draining: ['warn', 'drain'],
  leaving: ['warn', 'drain'],
  removal: ['warn', 'drain'],
  lost: ['bad', 'close'],
};

/** One host's row; it is kept and updated, so that a question in it survives. */
export class HostRowView {
  element = element('tr');
  #name = element('td');
  #state = element('td');
  #renderer = element('td', { class: 'quiet' });
  #sessions = element('td', { class: 'number' });
  #load = element('td', { class: 'number' });
  #pictures = element('td', { class: 'number' });
  #latency = element('td', { class: 'number' });
  #archives = element('td', { class: 'number' });
  #actions = element('div', { class: 'host-actions' });
  /** @type {number[]} */
  #pictureLine = [];
  /** @type {number[]} */
  #latencyLine = [];
  /** @type {Deed | null} */
  #asked = null;
  #drawn = '';
  #act;

  /** @param {(host: HostRow, deed: Deed) => void} act */
  constructor(act) {
    this.#act = act;
    this.element.append(
      this.#name,
      this.#state,
      this.#renderer,
      this.#sessions,
      this.#load,
      this.#pictures,
      this.#latency,
      this.#archives,
      element('td', {}, this.#actions),
    );
  }

  /** @param {HostRow} host */
  update(host) {
    this.element.dataset.host = host.host;
    this.element.dataset.state = host.state;
    const detail = [host.local ? adminText.local : '', host.cores ? `${host.cores} ${adminText.cores}` : '', host.version];
    this.#name.replaceChildren(
      element('div', { class: 'host-name' }, host.name),
      element('div', { class: 'quiet' }, detail.filter(Boolean).join(' · ')),
    );
    const state = host.removal ? 'removal' : host.state;
    const [tone, sign] = TONES[state] ?? ['warn', 'warning'];
    this.#state.replaceChildren(
      element('span', { class: 'host-state', 'data-tone': tone }, icon(sign), adminText.states[state] ?? state),
      host.problem ? element('div', { class: 'quiet' }, host.problem) : '',
      host.refused ? element('div', { class: 'quiet' }, adminText.refused(host.refused, clockTime(host.refused_at * 1_000))) : '',
    );
    say(this.#renderer, [host.renderer, host.encoders.join(', ')].filter(Boolean).join(' · '));
    this.#figures(host);
    this.#archives.replaceChildren(host.archives.map(({ title, archive }) => title || archive).join(', '));
    this.#buttons(host);
  }

  /** What a host that is not connected last said of itself holds no more. @param {HostRow} host */
  #figures(host) {
    const cells = [this.#sessions, this.#load, this.#pictures, this.#latency];
    if (!isConnected(host)) {
      for (const cell of cells) cell.replaceChildren(element('span', { class: 'quiet' }, '–'));
      return;
    }
    this.#sessions.replaceChildren(
      adminText.of(host.sessions, host.capacity),
      meter(host.capacity > 0 ? host.sessions / host.capacity : 0),
    );
    this.#load.replaceChildren(
      `${fixed(host.cpu * 100, 0)}\u202f% · ${bytes(host.memory_bytes)}`,
    );
    this.#pictures.replaceChildren(fixed(host.pictures_per_second, 1), spark(this.#pictureLine, host.pictures_per_second));
    this.#latency.replaceChildren(withUnit(host.latency_ms, 0, 'ms'), spark(this.#latencyLine, host.latency_ms));
  }

  /** @param {HostRow} host */
  #buttons(host) {
    const canDrain = isConnected(host);
    // A question that nothing can follow any more is taken back.
    if ((this.#asked === 'drain' && (!canDrain || host.drain)) || (this.#asked === 'remove' && (host.local || host.removal))) this.#asked = null;
    const drawn = `${this.#asked} ${host.drain} ${canDrain ? host.sessions : 0} ${host.local} ${canDrain} ${host.removal}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const asked = this.#asked;
    if (asked) {
      const will = asked === 'remove' ? adminText.removeWill(canDrain ? host.sessions : 0) : adminText.drainWill(host.sessions);
      this.#actions.replaceChildren(
        element('span', { class: 'quiet' }, will),
        button(adminText[asked], () => this.#answer(host, asked)),
        button(adminText.cancel, () => this.#answer(host, null)),
      );
      return;
    }
    if (host.removal) {
      // Once it was told to end nothing calls that back.
      this.#actions.replaceChildren(host.removal === 'empties' ? button(adminText.keep, () => this.#act(host, 'resume')) : '');
      return;
    }
    this.#actions.replaceChildren(
      host.drain ? button(adminText.resume, () => this.#act(host, 'resume')) : '',
      canDrain && !host.drain ? button(adminText.drain, () => this.#ask(host, 'drain')) : '',
      host.local ? '' : button(adminText.remove, () => this.#ask(host, 'remove')),
    );
  }

  /**
   * @param {HostRow} host
   * @param {Deed} deed
   */
  #ask(host, deed) {
    this.#asked = deed;
    this.#buttons(host);
  }

  /**
   * @param {HostRow} host
   * @param {Deed | null} deed
   */
  #answer(host, deed) {
    this.#asked = null;
    if (deed) this.#act(host, deed);
    this.#buttons(host);
  }
}

/** @param {HostRow} host */
function isConnected({ state }) {
  return state === 'ready' || state === 'draining';
}

/**
 * @param {string} label
 * @param {() => void} press
 */
function button(label, press) {
  return element('button', { type: 'button', class: 'plain', onclick: press }, label);
}

/** @param {number} share */
function meter(share) {
  const bar = element('i');
  bar.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`;
  return element('div', { class: 'meter' }, bar);
}

/**
 * The last minutes as a line.
 * @param {number[]} samples
 * @param {number} value
 */
function spark(samples, value) {
  samples.push(value);
  samples.splice(0, Math.max(0, samples.length - SAMPLES));
  const top = Math.max(1, ...samples);
  const points = samples.map((sample, index) => {
    const x = ((SAMPLES - samples.length + index) / (SAMPLES - 1)) * 94 + 1;
    return `${x.toFixed(1)},${(18 - (sample / top) * 16).toFixed(1)}`;
  });
  return svg('svg', { class: 'spark', viewBox: '0 0 96 20', 'aria-hidden': 'true' }, svg('polyline', { points: points.join(' ') }));
}
