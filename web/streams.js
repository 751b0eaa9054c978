/** Entry of index.html that comes after the tools, or at once where UDP is blocked: how a seat is had over a WebSocket. */

import { seat } from './boot.js';
import { StreamPeer, decodes } from './stream/stream_peer.js';

void decodes().then((can) => {
  seat.streams = can && ((events) => new StreamPeer(can.stills, events));
});
