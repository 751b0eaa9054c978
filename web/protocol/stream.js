/** A seat on a WebSocket, where UDP is blocked: what page and host say to each other (twin of signaling/protocol/stream.py). */

import { ProtocolError } from './protocol_error.js';

const VERSION = 1;
const HEAD_BYTES = 2;
const PART_BYTES = 20;
const ARRIVALS_BYTES = 8;
const MOST_BYTES = 32 * 1024 * 1024;
/** So many arrivals a report holds. */
export const MOST_ARRIVALS = 512;

/** @enum {number} */
export const StreamKind = Object.freeze({ BEGIN: 1, PICTURE: 2, STILL: 3, ARRIVALS: 4, KEYFRAME: 5, CONTROL: 6, MOVES: 7, FRAMES: 8 });

/**
 * `flag` is a picture's key frame, and a still's being an image.
 * @typedef {{still: boolean, flag: boolean, number: number, rtp: number, total: number, offset: number, data: Uint8Array<ArrayBuffer>}} StreamPart
 */

/** @param {boolean} decodesStills as H.264 without loss */
export function encodeBegin(decodesStills) {
  return Uint8Array.of(StreamKind.BEGIN, VERSION, Number(decodesStills)).buffer;
}

export function encodeKeyframe() {
  return Uint8Array.of(StreamKind.KEYFRAME, VERSION).buffer;
}

/**
 * @param {number} first number of the first part that came
 * @param {readonly number[]} times 0.1 ms, modulo 2³²
 */
export function encodeArrivals(first, times) {
  const view = new DataView(new ArrayBuffer(ARRIVALS_BYTES + 4 * times.length));
  view.setUint8(0, StreamKind.ARRIVALS);
  view.setUint8(1, VERSION);
  view.setUint16(2, times.length, true);
  view.setUint32(4, first, true);
  times.forEach((time, index) => view.setUint32(ARRIVALS_BYTES + 4 * index, time, true));
  return view.buffer;
}

/**
 * What another channel carries where there is WebRTC.
 * @param {number} kind
 * @param {Uint8Array} data
 */
export function encodePassed(kind, data) {
  const bytes = new Uint8Array(HEAD_BYTES + data.length);
  bytes.set([kind, VERSION]);
  bytes.set(data, HEAD_BYTES);
  return bytes.buffer;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{kind: 'part', part: StreamPart} | {kind: 'control', data: ArrayBuffer} | {kind: 'frames', data: ArrayBuffer}}
 */
export function decodeStream(buffer) {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < HEAD_BYTES) throw new ProtocolError('malformed', `A message of ${bytes.length} bytes is not understood.`);
  const [kind, version] = bytes;
  if (version !== VERSION) throw new ProtocolError('version', `A message of version ${version} of the stream is not understood.`);
  switch (kind) {
    case StreamKind.PICTURE:
    case StreamKind.STILL:
      return { kind: 'part', part: decodePart(buffer, kind === StreamKind.STILL) };
    case StreamKind.CONTROL:
    case StreamKind.FRAMES:
      if (bytes.length === HEAD_BYTES) throw new ProtocolError('malformed', 'A message of the stream is empty.');
      return { kind: kind === StreamKind.CONTROL ? 'control' : 'frames', data: buffer.slice(HEAD_BYTES) };
    default:
      throw new ProtocolError('unknown-type', `A message of kind ${kind} of the stream is not known.`);
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {boolean} still
 * @returns {StreamPart}
 */
function decodePart(buffer, still) {
  if (buffer.byteLength <= PART_BYTES) throw new ProtocolError('malformed', 'A part of a picture is too short.');
  const view = new DataView(buffer);
  const [number, rtp, total, offset] = [4, 8, 12, 16].map((at) => view.getUint32(at, true));
  const data = new Uint8Array(buffer, PART_BYTES);
  if (total > MOST_BYTES || offset + data.length > total) throw new ProtocolError('malformed', 'A part does not lie in its picture.');
  return { still, flag: (view.getUint8(2) & 1) === 1, number, rtp, total, offset, data };
}
