/** Whether the server and a render host are reached from here, how, and how fast. */

import { decodes } from '../stream/stream_peer.js';
import { text } from '../text/en_check.js';
import { SeatTry } from './seat_try.js';
import { seatRow } from './verdict.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {import('./row.js').Check} Check */

const { rows } = text;
const SERVER_TIMES = 5;

/** @param {boolean} isSignedIn @returns {readonly Check[]} */
export function reachChecks(isSignedIn) {
  const signIn = () => /** @type {Row} */ ({ id: 'seat', outcome: 'told', words: rows.seat.signIn });
  return [
    { id: 'server', run: server },
    { id: 'seat', run: isSignedIn ? seat : signIn, seconds: 30 },
  ];
}

/** @returns {Promise<Row>} */
async function server() {
  const times = [];
  for (let count = 0; count < SERVER_TIMES; count += 1) {
    const began = performance.now();
    const { ok } = await fetch('healthz', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    if (!ok) return { id: 'server', outcome: 'bad', words: rows.server.bad };
    times.push(performance.now() - began);
  }
  // The first one may have made the connection.
  const sorted = times.slice(1).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  return { id: 'server', outcome: 'good', words: rows.server.words(median.toFixed(0), sorted[sorted.length - 1].toFixed(0)) };
}

/** @returns {Promise<Row>} */
async function seat() {
  const udp = await new SeatTry('webrtc').run();
  const wantsStream = udp.outcome === 'blocked' && (await decodes()) !== null;
  return seatRow(udp, wantsStream ? await new SeatTry('socket').run() : null);
}
