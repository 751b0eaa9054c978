/** Caps and times that both ends keep (twin of signaling/protocol/limits.py). */

export const MOVES_PACKET_BYTES = 1_150;
export const FRAMES_PACKET_BYTES = 1_150;
export const MAX_VIEWPORTS = 9;
export const UNACKNOWLEDGED_EVENTS = 8;
export const BEAT_MS = 300;
export const REST_BEAT_MS = 600;
export const STALE_AFTER_MS = 2_000;
export const PROTOCOL_VERSION = 2;
