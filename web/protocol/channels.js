/** The data channels of a seat: negotiated, with fixed ids (twin of signaling/protocol/channels.py). */

/** @typedef {{label: string, init: RTCDataChannelInit}} ChannelSpec */

/** @type {ChannelSpec} */
export const MOVES = { label: 'moves', init: { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 } };
/** @type {ChannelSpec} */
export const CONTROL = { label: 'control', init: { negotiated: true, id: 1, ordered: true } };
/** @type {ChannelSpec} */
export const FRAMES = { label: 'frames', init: { negotiated: true, id: 2, ordered: false, maxRetransmits: 0 } };
/** @type {ChannelSpec} */
export const STILLS = { label: 'stills', init: { negotiated: true, id: 3, ordered: true } };
