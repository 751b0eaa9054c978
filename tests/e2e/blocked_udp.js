/**
 * A network that lets no UDP through, and an ear for the tap (tap.js) where a seat is on a WebSocket instead: what the host says there
 * is dispatched on data channels that lead nowhere. Written from the wire's description (signaling/protocol/stream.py).
 */
(() => {
  const Peer = window.RTCPeerConnection;
  /** Addresses of relays only, of which there are none. */
  window.RTCPeerConnection = class extends Peer {
    constructor(options) {
      super(window.udp ? options : { ...options, iceTransportPolicy: 'relay' });
    }
  };
  const CONTROL = 6;
  const MOVES = 7;
  const FRAMES = 8;
  /** Seats on WebSockets that were opened, and bytes that came on them. */
  window.streams = { opened: 0, bytes: 0 };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url, protocols) {
      super(url, protocols);
      if (!String(url).endsWith('/ws/page-stream')) return;
      window.streams.opened += 1;
      const nowhere = new Peer();
      this.channels = {
        [CONTROL]: nowhere.createDataChannel('control'),
        [MOVES]: nowhere.createDataChannel('moves'),
        [FRAMES]: nowhere.createDataChannel('frames'),
      };
      this.addEventListener('message', ({ data }) => {
        window.streams.bytes += data.byteLength;
        const [kind] = new Uint8Array(data, 0, 1);
        const body = kind === CONTROL ? new TextDecoder().decode(data.slice(2)) : data.slice(2);
        this.channels[kind]?.dispatchEvent(new MessageEvent('message', { data: body }));
      });
    }

    send(data) {
      super.send(data);
      if (!this.channels) return;
      const [kind] = new Uint8Array(data, 0, 1);
      try {
        this.channels[kind]?.send(kind === CONTROL ? new TextDecoder().decode(data.slice(2)) : data.slice(2));
      } catch {
        // The tap has heard it; the channel is not open, and never will be.
      }
    }
  };
})();
