/** What a StillProof says of its picture: the FrameInfo and the record of every viewport, all of exactly that picture. Pure. */

import { decode } from '../protocol/frames.js';

/** @typedef {import('../protocol/control.js').StillProof} StillProof */
/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {{info: FrameInfo, records: ViewportRecord[]}} Words */

/**
 * @param {StillProof} proof
 * @returns {Words | null} null where something is missing or does not belong to it: then the still can't be shown
 */
export function wordsOf(proof) {
  const packet = packetOf(proof.description);
  const info = packet?.frames.find(({ rtp }) => rtp === proof.rtp >>> 0);
  if (!packet || !info || packet.epoch !== (proof.epoch & 0xffff) || info.revision !== proof.revision >>> 0) return null;
  if (info.visible[0] !== proof.width || info.visible[1] !== proof.height) return null;
  const records = info.viewports.flatMap(
    (revision, viewport) => packet.records.find((record) => record.viewport === viewport && record.revision === revision) ?? [],
  );
  return records.length === info.viewports.length && records.length > 0 ? { info, records } : null;
}

/** @param {string} description base64 of a frames packet */
function packetOf(description) {
  try {
    const data = Uint8Array.from(atob(description), (letter) => letter.charCodeAt(0));
    const decoded = decode(data.buffer);
    return decoded.kind === 'frames' ? decoded.packet : null;
  } catch {
    return null; // not base64, or no packet: the host hears that the still can't be shown
  }
}
