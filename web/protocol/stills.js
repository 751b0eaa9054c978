/** Parts of an exact still on the `stills` channel (twin of signaling/protocol/stills.py). Pure. */

import { ProtocolError } from './protocol_error.js';

export const KIND_CHUNK = 1;
export const VERSION = 1;
export const MOST_BYTES = 32 * 1024 * 1024;
const HEADER_BYTES = 16;

/** @typedef {{rtp: number, total: number, offset: number, data: Uint8Array}} StillChunk */

/**
 * @param {ArrayBuffer} buffer
 * @returns {StillChunk} `data` is a view of the buffer
 * @throws {ProtocolError}
 */
export function decodeChunk(buffer) {
  if (buffer.byteLength < HEADER_BYTES) throw new ProtocolError('malformed', 'A part of a still is too short.');
  const view = new DataView(buffer);
  if (view.getUint8(1) !== VERSION) throw new ProtocolError('version', 'A part of a still of another version.');
  if (view.getUint8(0) !== KIND_CHUNK) throw new ProtocolError('unknown-type', 'A part of a still of an unknown kind.');
  const [rtp, total, offset] = [4, 8, 12].map((at) => view.getUint32(at, true));
  const data = new Uint8Array(buffer, HEADER_BYTES);
  if (data.length === 0 || total > MOST_BYTES || offset + data.length > total) {
    throw new ProtocolError('malformed', 'A part of a still does not lie in its image.');
  }
  return { rtp, total, offset, data };
}
