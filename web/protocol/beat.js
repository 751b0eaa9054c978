/** The page's beat on the `moves` channel (twin of PageBeat in signaling/protocol/moves.py). Field names are those of the wire. */

const KIND_BEAT = 2;
const VERSION = 1;
const BEAT_BYTES = 36;

/**
 * @typedef {object} PageBeat
 * @property {number} epoch
 * @property {number} sequence
 * @property {number} time
 * @property {number} revision
 * @property {number} rtp
 * @property {number} echo
 * @property {number} pictures
 */

/**
 * The beat's bytes.
 * @param {PageBeat} beat
 * @returns {ArrayBuffer}
 */
export function encodeBeat(beat) {
  const buffer = new ArrayBuffer(BEAT_BYTES);
  const view = new DataView(buffer);
  view.setUint8(0, KIND_BEAT);
  view.setUint8(1, VERSION);
  view.setUint16(2, beat.epoch, true);
  view.setUint32(4, beat.sequence, true);
  view.setFloat64(8, beat.time, true);
  view.setUint32(16, beat.revision, true);
  view.setUint32(20, beat.rtp, true);
  view.setFloat64(24, beat.echo, true);
  view.setUint32(32, beat.pictures, true);
  return buffer;
}
