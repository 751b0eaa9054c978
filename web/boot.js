/**
 * Entry of index.html that comes first and is small: it sees to the seat, which the page itself may have asked for (early.js), while the
 * interface is still on its way. What the host says meanwhile is kept for the interface.
 */

import { comeAgain } from './boot/come_again.js';
import { EventRelay } from './boot/event_relay.js';
import { openMessage } from './boot/open_message.js';
import { makeRoom, pictureArea, styled } from './boot/place.js';
import { beginning, page, reference } from './early.js';
import { SeatKeeper } from './seat/seat_keeper.js';
import { keepTokenOut } from './signaling/sign_in_token.js';
import { whatIsMissing } from './webrtc/missing.js';

/** @typedef {import('./boot/beginning.js').Ahead} Ahead */

keepTokenOut();

if (reference) makeRoom(document);

/** The study that was asked for ahead, with the last request for a seat. @type {Ahead | null} */
let ahead = null;

/** What is said first, on a seat that is only asked for. */
function first() {
  const asked = reference?.archive ? pictureArea(document) : null;
  ahead = reference && asked ? { message: openMessage(reference, 1, asked), asked } : null;
  return ahead ? [ahead.message] : [];
}

export const relay = new EventRelay({ first, archive: () => reference?.archive ?? '', shown: () => ({ epoch: 0, revision: 0, rtp: 0, pictures: 0 }) });
export const seat = new SeatKeeper(page, relay.ear());
export const askedAhead = () => ahead;

/** When the seat is seen to. */
export const started = beginning.then(async (begun) => {
  if (whatIsMissing()) return;
  ahead = begun.ahead;
  // Without any style sheet the picture area has no size, and the study could not be asked for with the seat.
  if (reference?.archive && !ahead && !pictureArea(document)) await styled(document);
  seat.start(begun);
});
// Only now: on a thin link the interface would take its share of what has just come.
import('./interface.js').catch((error) => {
  console.error('The interface did not come.', error);
  comeAgain();
});
// What opens the list needs it at once, beside the interface, which says so where it does not come.
if (!reference)
  import('./lists.js').catch((error) => console.error('The worklist did not come.', error));
