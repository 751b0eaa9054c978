/** Frames packets as a host makes them, for tests (layout: signaling/protocol/frames.py). */

const PACKET = 12;
const FRAME = 32;
const RECORD = 128;

/**
 * @param {{epoch: number, rtp: number, revision: number, width?: number, height?: number, flags?: number, size?: number,
 *   records?: {revision?: number, kind?: number, flags?: number, rect?: number[]}[]}} still
 * @returns {ArrayBuffer}
 */
export function framesPacket({ epoch, rtp, revision, width = 4, height = 2, flags = 8, size = 3, records = [{}] }) {
  const bytes = new ArrayBuffer(PACKET + FRAME + 4 * records.length + RECORD * records.length);
  const view = new DataView(bytes);
  view.setUint8(0, 1);
  view.setUint8(1, 2);
  view.setUint16(2, epoch & 0xffff, true);
  view.setUint8(8, 1);
  view.setUint8(9, records.length);
  [rtp, revision, 0].forEach((value, index) => view.setUint32(PACKET + 4 * index, value, true));
  [width, height, width, height].forEach((value, index) => view.setUint16(PACKET + 12 + 2 * index, value, true));
  view.setUint8(PACKET + 24, flags);
  view.setUint8(PACKET + 25, records.length);
  view.setUint16(PACKET + 26, 1000, true);
  view.setUint32(PACKET + 28, size, true);
  records.forEach((record, viewport) => {
    view.setUint32(PACKET + FRAME + 4 * viewport, revision, true);
    const at = PACKET + FRAME + 4 * records.length + RECORD * viewport;
    view.setUint8(at, viewport);
    view.setUint8(at + 1, record.kind ?? 1);
    view.setUint32(at + 4, record.flags ?? 0, true);
    view.setUint32(at + 8, record.revision ?? revision, true);
    (record.rect ?? [0, 0, width, height]).forEach((value, index) => view.setUint16(at + 48 + 2 * index, value, true));
  });
  return bytes;
}

/** @param {Parameters<typeof framesPacket>[0]} still base64, as in a StillProof */
export function description(still) {
  return Buffer.from(framesPacket(still)).toString('base64');
}
