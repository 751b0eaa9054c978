/**
 * The `moves` channel: what the reader's hand does, page → host (twin of signaling/protocol/moves.py, which holds the layout).
 * Field names are those of the wire.
 */

import { MOVES_PACKET_BYTES } from './limits.js';

export const KIND_MOVES = 1;
export const VERSION = 1;
export const HEADER_BYTES = 48;
export const EVENT_BYTES = 24;
export const POINT_BYTES = 8;

/** Keys held with the pointer. */
export const Modifier = Object.freeze({ SHIFT: 1, CTRL: 2, ALT: 4, META: 8, SPACE: 16 });
/** W3C pointerType; TWO_FINGERS is a two-finger gesture whose position is the centroid. */
export const PointerType = Object.freeze({ MOUSE: 0, TOUCH: 1, PEN: 2, TWO_FINGERS: 3 });
/** Discrete pointer events. */
export const EventKind = Object.freeze({ DOWN: 1, UP: 2, CANCEL: 3, DOUBLE: 4 });

/**
 * @typedef {object} PointerEventRecord
 * @property {number} number from 1 per seat, applied once and in order
 * @property {number} kind
 * @property {number} gesture
 * @property {number} revision what was on the glass
 * @property {number} x 0..1 of the visible picture
 * @property {number} y
 * @property {number} button as MouseEvent.button
 * @property {number} modifiers
 * @property {number} pointer
 * @property {number} commands how many commands were sent on this seat before it; the host waits for them
 */

/**
 * @typedef {object} Moves
 * @property {number} epoch
 * @property {number} sequence
 * @property {number} time performance.now, ms
 * @property {number} revision
 * @property {number} gesture
 * @property {number} buttons
 * @property {number} modifiers
 * @property {number} pointer
 * @property {number} x
 * @property {number} y
 * @property {number} wheel
 * @property {number} zoom_wheel
 * @property {number} inputs how often the hand has told something new, modulo 256; a repetition does not count
 * @property {number} scale
 * @property {readonly PointerEventRecord[]} events
 * @property {readonly (readonly [number, number])[]} points
 */

/**
 * How many coalesced points fit beside `events` in one packet.
 * @param {number} events
 */
export function roomForPoints(events) {
  return Math.min(255, Math.floor((MOVES_PACKET_BYTES - HEADER_BYTES - events * EVENT_BYTES) / POINT_BYTES));
}

/**
 * The packet's bytes.
 * @param {Moves} moves
 * @returns {ArrayBuffer}
 */
export function encodeMoves(moves) {
  const { events, points } = moves;
  const buffer = new ArrayBuffer(HEADER_BYTES + events.length * EVENT_BYTES + points.length * POINT_BYTES);
  const view = new DataView(buffer);
  view.setUint8(0, KIND_MOVES);
  view.setUint8(1, VERSION);
  view.setUint16(2, moves.epoch, true);
  view.setUint32(4, moves.sequence, true);
  view.setFloat64(8, moves.time, true);
  view.setUint32(16, moves.revision, true);
  view.setUint16(20, moves.gesture, true);
  view.setUint8(22, moves.buttons);
  view.setUint8(23, moves.modifiers);
  view.setUint8(24, moves.pointer);
  view.setUint8(25, events.length);
  view.setUint8(26, points.length);
  view.setUint8(27, moves.inputs);
  view.setFloat32(28, moves.x, true);
  view.setFloat32(32, moves.y, true);
  view.setInt32(36, moves.wheel, true);
  view.setFloat32(40, moves.scale, true);
  view.setInt32(44, moves.zoom_wheel, true);
  let at = HEADER_BYTES;
  for (const event of events) {
    view.setUint32(at, event.number, true);
    view.setUint8(at + 4, event.kind);
    view.setUint8(at + 5, event.button);
    view.setUint8(at + 6, event.modifiers);
    view.setUint8(at + 7, event.pointer);
    view.setUint16(at + 8, event.gesture, true);
    view.setUint16(at + 10, event.commands & 0xffff, true);
    view.setUint32(at + 12, event.revision, true);
    view.setFloat32(at + 16, event.x, true);
    view.setFloat32(at + 20, event.y, true);
    at += EVENT_BYTES;
  }
  for (const [x, y] of points) {
    view.setFloat32(at, x, true);
    view.setFloat32(at + 4, y, true);
    at += POINT_BYTES;
  }
  return buffer;
}
