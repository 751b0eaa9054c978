/** How the way to a render host is judged, from one seat over WebRTC and, where that reaches nobody, one over a WebSocket. Pure. */

import { text } from '../text/en_check.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {{mine: string, theirs: string}} Kinds of addresses that were found */
/**
 * @typedef {object} Reached
 * @property {'reached'} outcome
 * @property {string} host its name
 * @property {number} made ms until it could be talked to
 * @property {{isRelayed: boolean, protocol: string, roundTripMs: number} | null} way null where the browser measures nothing
 * @property {Kinds | null} kinds
 */
/** @typedef {{outcome: 'blocked', lines: readonly string[], hasRelay: boolean}} Blocked nobody was reached: what was tried */
/** @typedef {{outcome: 'failed', why: string}} Failed for another reason than the way */
/** @typedef {Reached | Blocked | Failed} Tried */

const { seat } = text.rows;

/**
 * Whether a relay is among them (RFC 7065).
 * @param {readonly {urls: readonly string[]}[]} servers
 */
export function hasRelay(servers) {
  return servers.some(({ urls }) => urls.some((url) => /^turns?:/i.test(url)));
}

/**
 * @param {Tried} udp over WebRTC
 * @param {Tried | null} stream over a WebSocket, tried where UDP is blocked; null = this browser can't
 * @returns {Row}
 */
export function seatRow(udp, stream) {
  if (udp.outcome === 'failed') return row('bad', seat.bad(udp.why));
  if (udp.outcome === 'reached') return direct(udp);
  const blocked = seat.blocked(udp.hasRelay) + seat.tried(udp.lines);
  if (!stream) return row('bad', seat.bad(blocked) + seat.noWebCodecs);
  if (stream.outcome === 'reached') return row('weak', seat.overSocket(stream.host, stream.made.toFixed(0)) + seat.because(blocked));
  return row('bad', seat.bad(blocked) + seat.neither(stream.outcome === 'failed' ? stream.why : ''));
}

/** @param {Reached} reached */
function direct({ host, made, way, kinds }) {
  const protocol = way?.protocol ?? '?';
  const kind = way?.isRelayed ? seat.relayed(protocol) : seat.direct(protocol);
  const words = seat.words(host, kind, (way?.roundTripMs ?? 0).toFixed(0), made.toFixed(0));
  const outcome = way?.isRelayed || protocol !== 'udp' ? 'weak' : 'good';
  return row(outcome, words + (kinds ? seat.candidates(kinds.mine, kinds.theirs) : ''));
}

/**
 * @param {import('./row.js').Outcome} outcome
 * @param {string} words
 * @returns {Row}
 */
function row(outcome, words) {
  return { id: 'seat', outcome, words };
}
