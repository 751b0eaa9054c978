/**
 * The `frames` channel: what each picture shows, host → page (twin of signaling/protocol/frames.py, which holds the layout).
 * Field names are those of the wire.
 */

import { FRAMES_PACKET_BYTES } from './limits.js';
import { ProtocolError } from './protocol_error.js';

export const KIND_FRAMES = 1;
export const KIND_BEAT = 2;
export const VERSION = 2;
const PACKET_BYTES = 12;
const FRAME_BYTES = 32;
const RECORD_BYTES = 128;
const BEAT_BYTES = 48;

export const FrameFlag = Object.freeze({ KEY: 1, REFINEMENT: 2, HEARTBEAT: 4, STILL: 8 });
export const ViewportKind = Object.freeze({ EMPTY: 0, STACK: 1, MPR: 2, VOLUME: 3 });
/** What the corner text must say about a viewport. */
export const RecordFlag = Object.freeze({
  FLIPPED: 1,
  ROTATED_90: 2,
  ROTATED_180: 4,
  INVERTED: 8,
  INCOMPLETE: 16,
  MILLIMETRES: 32,
  ORIENTED: 64,
  AT_DETECTOR: 128,
  MISSING: 256,
  COARSE: 512,
  REDUCED: 1024,
  COLOR: 2048,
  POSITIONED: 4096,
  MINIFIED: 8192,
  WINDOW_PENDING: 16384,
  OTHER_PATIENT: 65536,
  CONTRADICTING: 131072,
});
/** The `terms` of what has none of its own: planes and volumes. */
export const NO_TERMS = 65_535;
/** Where a window comes from. FILE: `voi_number` is which of the image's own; ONE_IMAGE: one image's, for the whole. */
export const WindowSource = Object.freeze({
  NONE: 0,
  FILE: 1,
  SERIES: 2,
  PERCENTILES: 3,
  FULL_RANGE: 4,
  TYPED: 5,
  DRAG: 6,
  PRESET: 7,
  ONE_IMAGE: 8,
});

/**
 * One viewport as one picture shows it.
 * @typedef {object} ViewportRecord
 * @property {number} viewport
 * @property {number} kind
 * @property {number} flags
 * @property {number} revision
 * @property {number} series
 * @property {number} image 0-based
 * @property {number} images
 * @property {number} instance_number
 * @property {number} center
 * @property {number} width
 * @property {number} zoom
 * @property {number} position mm; one with POSITIONED only
 * @property {number} thickness mm, of this image; 0 = not known
 * @property {readonly number[]} rect x, y, width, height in picture pixels
 * @property {readonly number[]} canvas_from_world three rows of four: x px, y px, depth mm
 * @property {readonly string[]} letters left, right, top, bottom
 * @property {number} present
 * @property {number} terms number of what else the file says of this image, or NO_TERMS
 * @property {number} voi_source
 * @property {number} voi_number
 */

/**
 * One coded picture.
 * @typedef {object} FrameInfo
 * @property {number} rtp
 * @property {number} revision
 * @property {number} input_sequence
 * @property {readonly [number, number]} visible
 * @property {readonly [number, number]} coded
 * @property {number} draw_ms
 * @property {number} encode_ms
 * @property {number} flags
 * @property {number} scale
 * @property {number} size bytes
 * @property {readonly number[]} viewports the record revision of each viewport
 */

/**
 * @typedef {object} FramesPacket
 * @property {number} epoch
 * @property {number} event_acknowledged
 * @property {readonly FrameInfo[]} frames newest first
 * @property {readonly ViewportRecord[]} records
 */

/**
 * The host's sign of life.
 * @typedef {object} HostBeat
 * @property {number} epoch
 * @property {number} sequence
 * @property {number} time
 * @property {number} echo
 * @property {number} event_acknowledged
 * @property {number} worker_age_ms 65535 = no worker
 * @property {number} rtt_ms
 * @property {number} bit_rate
 * @property {number} rtp
 * @property {number} revision
 * @property {number} input_sequence of the newest packet of the hand that it has had
 */

/**
 * The packet in `data`.
 * @param {ArrayBuffer} data
 * @returns {{kind: 'frames', packet: FramesPacket} | {kind: 'beat', beat: HostBeat}}
 * @throws {ProtocolError} wrong length, kind or version
 */
export function decode(data) {
  if (data.byteLength < 2 || data.byteLength > 4 * FRAMES_PACKET_BYTES) {
    throw new ProtocolError('malformed', `A frames packet of ${data.byteLength} bytes is not understood.`);
  }
  const view = new DataView(data);
  const kind = view.getUint8(0);
  const version = view.getUint8(1);
  if (version !== VERSION) throw new ProtocolError('version', `A frames packet of version ${version} is not understood.`);
  try {
    if (kind === KIND_FRAMES) return { kind: 'frames', packet: decodePacket(view) };
    if (kind === KIND_BEAT) return { kind: 'beat', beat: decodeBeat(view) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ProtocolError('malformed', 'A frames packet does not fit its layout.');
  }
  throw new ProtocolError('unknown-type', `A frames packet of kind ${kind} is not known.`);
}

/**
 * @param {DataView} view
 * @returns {FramesPacket}
 */
function decodePacket(view) {
  const frameCount = view.getUint8(8);
  const recordCount = view.getUint8(9);
  let at = PACKET_BYTES;
  /** @type {FrameInfo[]} */
  const frames = [];
  for (let index = 0; index < frameCount; index += 1) {
    const viewports = view.getUint8(at + 25);
    frames.push({
      rtp: view.getUint32(at, true),
      revision: view.getUint32(at + 4, true),
      input_sequence: view.getUint32(at + 8, true),
      visible: [view.getUint16(at + 12, true), view.getUint16(at + 14, true)],
      coded: [view.getUint16(at + 16, true), view.getUint16(at + 18, true)],
      draw_ms: view.getUint16(at + 20, true) / 10,
      encode_ms: view.getUint16(at + 22, true) / 10,
      flags: view.getUint8(at + 24),
      scale: view.getUint16(at + 26, true) / 1000,
      size: view.getUint32(at + 28, true),
      viewports: numbers(viewports, (i) => view.getUint32(at + FRAME_BYTES + 4 * i, true)),
    });
    at += FRAME_BYTES + 4 * viewports;
  }
  /** @type {ViewportRecord[]} */
  const records = [];
  for (let index = 0; index < recordCount; index += 1) {
    records.push(decodeRecord(view, at));
    at += RECORD_BYTES;
  }
  if (at !== view.byteLength) throw new RangeError('length');
  return {
    epoch: view.getUint16(2, true),
    event_acknowledged: view.getUint32(4, true),
    frames,
    records,
  };
}

/**
 * @param {DataView} view
 * @param {number} at
 * @returns {ViewportRecord}
 */
function decodeRecord(view, at) {
  const kind = view.getUint8(at + 1);
  if (kind > ViewportKind.VOLUME) throw new RangeError('viewport kind');
  const source = view.getUint8(at + 124);
  if (source > WindowSource.ONE_IMAGE) throw new RangeError('window source');
  return {
    viewport: view.getUint8(at),
    kind,
    flags: view.getUint32(at + 4, true),
    revision: view.getUint32(at + 8, true),
    series: view.getInt32(at + 12, true),
    image: view.getInt32(at + 16, true),
    images: view.getInt32(at + 20, true),
    instance_number: view.getInt32(at + 24, true),
    center: view.getFloat32(at + 28, true),
    width: view.getFloat32(at + 32, true),
    zoom: view.getFloat32(at + 36, true),
    position: view.getFloat32(at + 40, true),
    thickness: view.getFloat32(at + 44, true),
    rect: numbers(4, (i) => view.getUint16(at + 48 + 2 * i, true)),
    canvas_from_world: numbers(12, (i) => view.getFloat32(at + 56 + 4 * i, true)),
    letters: [letters(view, at + 104), letters(view, at + 108), letters(view, at + 112), letters(view, at + 116)],
    present: view.getInt32(at + 120, true),
    terms: view.getUint16(at + 2, true),
    voi_source: source,
    voi_number: view.getUint8(at + 125),
  };
}

/**
 * @param {DataView} view
 * @returns {HostBeat}
 */
function decodeBeat(view) {
  if (view.byteLength !== BEAT_BYTES) throw new RangeError('length');
  return {
    epoch: view.getUint16(2, true),
    sequence: view.getUint32(4, true),
    time: view.getFloat64(8, true),
    echo: view.getFloat64(16, true),
    event_acknowledged: view.getUint32(24, true),
    worker_age_ms: view.getUint16(28, true),
    rtt_ms: view.getUint16(30, true),
    bit_rate: view.getUint32(32, true),
    rtp: view.getUint32(36, true),
    revision: view.getUint32(40, true),
    input_sequence: view.getUint32(44, true),
  };
}

/**
 * @param {number} count
 * @param {(index: number) => number} read
 */
function numbers(count, read) {
  return Array.from({ length: count }, (_, index) => read(index));
}

/**
 * Up to four ASCII letters, padded with zeros.
 * @param {DataView} view
 * @param {number} at
 */
function letters(view, at) {
  let text = '';
  for (let index = 0; index < 4; index += 1) {
    const code = view.getUint8(at + index);
    if (code > 127) throw new RangeError('letters');
    if (code !== 0) text += String.fromCharCode(code);
  }
  return text;
}
