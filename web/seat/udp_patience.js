/** How long UDP is tried before a WebSocket is tried beside it. Pure. */

import { BLOCKED_MS } from './seat_maker.js';

/** After a seat over a WebSocket UDP is believed to be blocked still: it is tried for no longer than it takes where it is not. */
const STILL_BLOCKED_MS = 300;
const STILL_BLOCKED_ROUND_TRIPS = 4;

/**
 * How long UDP is tried after this seat, ms.
 * @param {import('./seat.js').Seat} seat
 */
export function patienceAfter({ offer, roundTrip }) {
  if (offer.transport !== 'socket') return BLOCKED_MS;
  return Math.min(BLOCKED_MS, Math.max(STILL_BLOCKED_MS, STILL_BLOCKED_ROUND_TRIPS * roundTrip));
}
