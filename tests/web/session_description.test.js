import assert from 'node:assert/strict';
import { test } from 'node:test';

import { videoMids, withRtxTime } from '../../web/webrtc/sdp.js';

const OFFER = [
  'v=0',
  'm=video 9 UDP/TLS/RTP/SAVPF 103 104',
  'a=mid:0',
  'a=fmtp:104 apt=103',
  'm=video 9 UDP/TLS/RTP/SAVPF 113 114',
  'a=mid:still',
  'a=fmtp:114 apt=113',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:2',
  '',
].join('\r\n');

test('the video sections are told apart by their order, whatever their ids', () => {
  assert.deepEqual(videoMids(OFFER), ['0', 'still']);
  assert.deepEqual(videoMids(OFFER.replaceAll('\r\n', '\n')), ['0', 'still']);
});

test('a section without an id keeps its place', () => {
  assert.deepEqual(videoMids(OFFER.replace('a=mid:0\r\n', '')), ['', 'still']);
  assert.deepEqual(videoMids(''), []);
});

test('the retransmission time is asked for on every track, once', () => {
  const changed = withRtxTime(OFFER, 200);
  assert.deepEqual(changed.match(/apt=.*/g), ['apt=103;rtx-time=200', 'apt=113;rtx-time=200']);
  assert.equal(withRtxTime(changed, 200), changed);
});
