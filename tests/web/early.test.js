/** What the page begins before any file has come: a seat is asked for once, with the opening of the socket, and what the server says meanwhile is kept. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { begin } from '../../web/boot/beginning.js';
import { saidBy } from '../../web/protocol/page_subprotocols.js';
import { SeatMaker } from '../../web/seat/seat_maker.js';
import { PageSocket } from '../../web/signaling/page_socket.js';

const NAMES = ['window', 'location', 'WebSocket', 'document', 'matchMedia', 'devicePixelRatio', 'RTCPeerConnection', 'RTCRtpReceiver', 'HTMLVideoElement'];
const before = Object.fromEntries(NAMES.map((name) => [name, globalThis[name]]));
const REFERENCE = { archive: 'ärchive', study: '1.2.3', series: '1.2.3.4', image: 5 };
const FINGERPRINT = 'sha-256 AA:BB';
/** @type {any[]} */
let sockets = [];
const settle = () => new Promise(setImmediate);

class FakeSocket {
  static OPEN = 1;
  readyState = 0;
  sent = [];
  constructor(address, protocols = []) {
    sockets.push(this);
    Object.assign(this, { address, protocols });
  }
  send(data) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** A page with a viewer, whose picture's place has this size once it is shown. */
function pageOf({ hasViewer = true, width = 800, height = 600 } = {}) {
  const hidden = new Set(['hidden']);
  const viewer = { classList: { toggle: () => undefined }, toggleAttribute: (name, on) => (on ? hidden.add(name) : hidden.delete(name)) };
  const place = () => ({ clientWidth: hidden.size ? 0 : width, clientHeight: hidden.size ? 0 : height });
  const found = { 'fv-viewer[hidden]': () => (hidden.size ? viewer : null), 'fv-worklist': () => null, '.stage-box': place };
  return { readyState: 'interactive', querySelector: (wanted) => (hasViewer ? (found[wanted]?.() ?? null) : null), querySelectorAll: () => [] };
}

beforeEach(() => {
  sockets = [];
  Object.assign(globalThis, {
    window: { setTimeout: () => 0, setInterval: () => 0 },
    location: { origin: 'https://x', href: 'https://x/apps/viewer?study=1.2.3' },
    WebSocket: FakeSocket,
    document: pageOf(),
    matchMedia: () => ({ matches: false }),
    devicePixelRatio: 2,
    RTCPeerConnection: class {
      static generateCertificate = async () => ({ getFingerprints: () => [{ algorithm: 'sha-256', value: 'aa:bb' }] });
    },
    RTCRtpReceiver: { getCapabilities: () => ({ codecs: [{ mimeType: 'video/H264' }] }) },
    HTMLVideoElement: class {
      requestVideoFrameCallback() {}
    },
  });
});

afterEach(() => Object.assign(globalThis, before));

const read = (protocol) => JSON.parse(Buffer.from(protocol.slice('farview-said.'.length), 'base64url').toString());

test('with the opening go hello and one request, of the study of the address in the size of its place, in signs that a header takes', async () => {
  const begun = await begin('page', REFERENCE);
  assert.equal(sockets.length, 1);
  const [{ address, protocols }] = sockets;
  assert.equal(address, 'wss://x/apps/ws/page', 'the address says nothing');
  assert.equal(protocols[0], 'farview-page');
  for (const each of protocols) assert.match(each, /^[\w.-]+$/);
  const [hello, request] = protocols.slice(1).map(read);
  assert.deepEqual(hello, { type: 'hello', protocol: 2, page: 'page' });
  assert.deepEqual(request, {
    type: 'seat.request', request: begun.request, fingerprint: FINGERPRINT, archive: 'ärchive', transport: 'webrtc', first: [begun.ahead.message],
  });
  assert.deepEqual(begun.ahead.asked, { width: 1600, height: 1200, ratio: 2 });
  const { type, study, series, image, width, height } = begun.ahead.message;
  assert.deepEqual({ type, study, series, image, width, height }, { type: 'open', study: '1.2.3', series: '1.2.3.4', image: 5, width: 1600, height: 1200 });
});

for (const [name, reference, change] of [
  ['names no study', null, {}],
  ['does not say where the study is', { ...REFERENCE, archive: '' }, {}],
  ['is too long', { ...REFERENCE, study: '1'.repeat(4_000) }, {}],
]) {
  test(`an address that ${name} opens the socket and asks for nothing`, async () => {
    Object.assign(globalThis, change);
    const begun = await begin('page', reference);
    assert.deepEqual(sockets.map(({ protocols }) => protocols), [[]]);
    assert.deepEqual([begun.request, begun.ahead], ['', null]);
  });
}

for (const [name, change] of [
  ['has no WebRTC', { RTCPeerConnection: undefined }],
  ['can make no certificate', { RTCPeerConnection: class { static generateCertificate = async () => Promise.reject(new Error('no')); } }],
  ['has no H.264', { RTCRtpReceiver: { getCapabilities: () => ({ codecs: [{ mimeType: 'video/VP8' }] }) } }],
  ['tells of no frames', { HTMLVideoElement: class {} }],
  ['has not laid out the place yet', { document: pageOf({ width: 0 }) }],
  ['has another page than ours', { document: pageOf({ hasViewer: false }) }],
]) {
  test(`a browser that ${name} opens the socket and asks for nothing`, async () => {
    Object.assign(globalThis, change);
    const begun = await begin('page', REFERENCE);
    assert.deepEqual(sockets.map(({ protocols }) => protocols), [[]]);
    assert.deepEqual([begun.request, begun.ahead], ['', null]);
    await begun.certificate.catch(() => undefined);
  });
}

test('where the certificate is made before the page has been read, the picture\'s place is waited for', async () => {
  const page = pageOf({ hasViewer: false });
  const read = [];
  Object.assign(page, { readyState: 'loading', addEventListener: (name, heard) => name === 'readystatechange' && read.push(heard) });
  globalThis.document = page;
  const beginning = begin('page', REFERENCE);
  for (let turn = 0; turn < 4; turn += 1) await settle();
  assert.equal(sockets.length, 0);
  Object.assign(page, { ...pageOf(), readyState: 'interactive' });
  read.forEach((heard) => heard());
  assert.notEqual((await beginning).request, '');
  assert.equal(sockets[0].protocols.length, 3);
});

test('without a study the socket does not wait for anything', () => {
  void begin('page', null);
  assert.equal(sockets.length, 1);
});

test('what is too long for a header is not said with it', () => {
  assert.equal(saidBy([{ type: 'hello', protocol: 2, page: 'p'.repeat(4_000) }]), null);
});

/** The page's socket and the maker of its seat, as the keeper joins them. */
function joined(begun) {
  const heard = [];
  const taken = [];
  const events = { archive: () => 'a', first: () => [{ type: 'open' }], opened() {}, heard() {}, shaky() {}, lost() {}, trouble() {}, refused() {} };
  const socket = new PageSocket('page', {
    message: (message) => {
      heard.push(message.type);
      if (message.type === 'seat.offer' || message.type === 'seat.failed') maker.fromServer(message);
    },
    up: (request) => maker.connected(request),
    down: () => undefined,
    refused: () => undefined,
  });
  const maker = new SeatMaker(socket, {}, events);
  maker.made = begun.certificate;
  maker.openStream = () => {
    taken.push('answering');
    return { answer: async () => 'v=0', close() {}, isReached: true };
  };
  maker.make();
  socket.open(begun);
  return { maker, heard, taken };
}

const offer = (request) => ({ type: 'seat.offer', request, seat: 's1', sdp: 'v=0', host_name: 'h', ice_servers: [], first: 1, transport: 'webrtc' });

for (const isOpen of [false, true]) {
  test(`the request is not made twice, and its offer is answered, ${isOpen ? 'also where it came before the script' : 'where the script comes first'}`, async () => {
    const begun = await begin('page', REFERENCE);
    const [socket] = sockets;
    if (isOpen) {
      socket.opens();
      socket.says({ type: 'welcome' });
      socket.says(offer(begun.request));
    }
    const { heard, taken } = joined(begun);
    if (!isOpen) {
      socket.opens();
      socket.says({ type: 'welcome' });
      socket.says(offer(begun.request));
    }
    for (let turn = 0; turn < 4; turn += 1) await settle();
    assert.deepEqual(heard, ['welcome', 'seat.offer']);
    assert.deepEqual(taken, ['answering']);
    assert.deepEqual(socket.sent.map(({ type }) => type), ['seat.answer'], 'no second hello, no second request');
    assert.equal(sockets.length, 1);
  });
}

test('where nothing went with the opening, hello and the request are sent on it', async () => {
  const begun = await begin('page', null);
  joined(begun);
  sockets[0].opens();
  await settle();
  assert.deepEqual(sockets[0].sent.map(({ type }) => type), ['hello', 'seat.request']);
});

for (const when of ['before the script came', 'after it']) {
  test(`a connection that is lost ${when} takes its request with it: on the next one both are made anew`, async () => {
    const timers = [];
    globalThis.window.setTimeout = (callback) => timers.push(callback);
    const begun = await begin('page', REFERENCE);
    if (when.startsWith('before')) sockets[0].readyState = 3;
    joined(begun);
    if (when === 'after it') {
      sockets[0].readyState = 3;
      sockets[0].onclose();
      timers.at(-1)();
    }
    assert.equal(sockets.length, 2);
    assert.deepEqual(sockets[1].protocols, []);
    sockets[1].opens();
    await settle();
    assert.deepEqual(sockets[1].sent.map(({ type }) => type), ['hello', 'seat.request']);
    assert.notEqual(sockets[1].sent[1].request, begun.request);
  });
}

test('a seat that is offered to a page that wants none is let go', async () => {
  const begun = await begin('page', REFERENCE);
  const { maker } = joined(begun);
  sockets[0].opens();
  maker.abandon();
  sockets[0].says(offer(begun.request));
  await settle();
  assert.deepEqual(sockets[0].sent.map(({ type }) => type), ['seat.release']);
});

test('a request that was refused is made anew on the same connection', async () => {
  const timers = [];
  globalThis.window.setTimeout = (callback) => timers.push(callback);
  const begun = await begin('page', REFERENCE);
  joined(begun);
  sockets[0].opens();
  timers.length = 0;
  sockets[0].says({ type: 'seat.failed', request: begun.request, code: 'no-host', message: 'No.', retry_after: 2 });
  timers.at(-1)();
  await settle();
  assert.deepEqual(sockets[0].sent.map(({ type }) => type), ['seat.request']);
});
