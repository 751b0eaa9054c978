/** The browser's side of the wire contract, against the fixtures that the Python side writes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CONTROL, FRAMES, MOVES, STILLS } from '../../web/protocol/channels.js';
import { decodeControl } from '../../web/protocol/control_decoder.js';
import { encodeBeat } from '../../web/protocol/beat.js';
import { decode } from '../../web/protocol/frames.js';
import { encodeMoves } from '../../web/protocol/moves.js';
import { decodeChunk } from '../../web/protocol/stills.js';
import { decodeStream, encodeArrivals, encodeBegin, encodeKeyframe, encodePassed } from '../../web/protocol/stream.js';
import { ProtocolError } from '../../web/protocol/protocol_error.js';
import { bytesOf, fixture, hexOf } from './fixtures.js';

test('moves packets are encoded byte for byte as the host expects them', () => {
  const { valid } = fixture('moves');
  const kinds = new Set(valid.map(({ type }) => type));
  assert.deepEqual(kinds, new Set(['Moves', 'PageBeat']));
  for (const { name, type, hex, value } of valid) {
    assert.equal(hexOf(type === 'Moves' ? encodeMoves(value) : encodeBeat(value)), hex, name);
  }
});

test('frames packets are decoded to what the host meant', () => {
  const { valid } = fixture('frames');
  const kinds = new Set(valid.map(({ type }) => type));
  assert.deepEqual(kinds, new Set(['FramesPacket', 'HostBeat']));
  for (const { name, type, hex, value } of valid) {
    const decoded = decode(bytesOf(hex));
    assert.equal(decoded.kind, type === 'FramesPacket' ? 'frames' : 'beat', name);
    assert.deepEqual(decoded.kind === 'frames' ? decoded.packet : decoded.beat, value, name);
  }
});

test('what is no frames packet is refused with the agreed code', () => {
  const { invalid } = fixture('frames');
  assert.ok(invalid.length > 0);
  for (const { name, hex, code } of invalid) {
    assert.throws(
      () => decode(bytesOf(hex)),
      (error) => error instanceof ProtocolError && error.code === code,
      name,
    );
  }
});

test('a frames packet cut anywhere is refused, never read beyond its end', () => {
  const whole = bytesOf(fixture('frames').valid[0].hex);
  for (let length = 0; length < whole.byteLength; length += 1) {
    assert.throws(() => decode(whole.slice(0, length)), ProtocolError, `${length} bytes`);
  }
});

test('control messages to the page are understood as they stand', () => {
  const { valid, invalid } = fixture('control').to_page;
  assert.ok(valid.length > 10);
  for (const { name, message } of valid) {
    assert.deepEqual(decodeControl(JSON.stringify(message)), message, name);
    assert.deepEqual(decodeControl(JSON.stringify({ ...message, later: 1 })), { ...message, later: 1 }, `${name}, newer`);
  }
  for (const { name, text } of invalid.filter(({ code }) => code === 'unknown-type')) {
    assert.throws(() => decodeControl(text), (error) => error instanceof ProtocolError && error.code === 'unknown-type', name);
  }
});

test('control messages that are none are refused', () => {
  for (const text of ['', '{', 'null', '[]', '{"type": 3}', '{"type": "opened"}', '{"type": "toString"}']) {
    assert.throws(() => decodeControl(text), ProtocolError, text);
  }
});

test('the channels are those that the host opens', () => {
  const expected = fixture('channels').map(({ id, label, ordered, max_retransmits: maxRetransmits }) => ({
    label,
    init: { negotiated: true, id, ordered, ...(maxRetransmits === null ? {} : { maxRetransmits }) },
  }));
  assert.deepEqual([MOVES, CONTROL, FRAMES, STILLS], expected);
});

test('parts of a still are decoded to what the host meant, and refused with the agreed code', () => {
  const { valid, invalid } = fixture('stills');
  assert.ok(valid.length > 1 && invalid.length > 3);
  for (const { name, hex, value } of valid) {
    const { data, ...rest } = decodeChunk(bytesOf(hex));
    assert.deepEqual({ ...rest, data: Buffer.from(data).toString('base64') }, value, name);
  }
  for (const { name, hex, code } of invalid) {
    assert.throws(
      () => decodeChunk(bytesOf(hex)),
      (error) => error instanceof ProtocolError && error.code === code,
      name,
    );
  }
});

test('messages of a seat on a WebSocket are encoded, decoded and refused as the host does', () => {
  const { valid, invalid } = fixture('stream');
  const encoders = {
    Begin: (value) => encodeBegin(value.decodes_stills),
    Arrivals: (value) => encodeArrivals(value.first, value.times),
    KeyframeWanted: encodeKeyframe,
  };
  for (const { name, type, hex, value } of valid) {
    const bytes = bytesOf(hex);
    if (type === 'Passed') {
      const data = Uint8Array.from(atob(value.data), (letter) => letter.charCodeAt(0));
      assert.equal(hexOf(encodePassed(value.kind, data)), hex, name);
      if (name !== 'moves') assert.deepEqual(decodeStream(bytes), { kind: name, data: data.buffer }, name);
    } else if (type === 'Part') {
      const { kind, part } = decodeStream(bytes);
      assert.equal(kind, 'part', name);
      assert.deepEqual({ ...part, data: btoa(String.fromCharCode(...part.data)) }, value, name);
    } else {
      assert.equal(hexOf(encoders[type](value)), hex, name);
    }
  }
  // What only a host reads is refused here, too, but as a kind that is not known.
  for (const { name, hex, code } of invalid.filter((each) => !each.name.includes('arrivals'))) {
    assert.throws(
      () => decodeStream(bytesOf(hex)),
      (error) => error instanceof ProtocolError && error.code === code,
      name,
    );
  }
});
