/**
 * Listens to what the host tells the page, beside the page: which picture is on the glass and where a point of the patient lies in it.
 * Written from the wire's description (signaling/protocol/frames.py), not with the page's own modules.
 */
(() => {
  const Peer = window.RTCPeerConnection;
  if (!Peer) return;
  const PACKET = 12;
  const FRAME = 32;
  const RECORD = 128;
  const REFINEMENT = 2;
  const REFINEMENTS = 6;
  const HEARTBEAT = 4;
  const MISSING = 256;
  const KEPT = 400;
  const STILL = 8;

  /** By RTP timestamp. @type {Map<number, {revision: number, flags: number, at: number, viewports: number[]}>} */
  let infos = new Map();
  let records = new Map();
  let words = [];
  let said = [];
  /** How many connections to hosts were begun, and on how many a host has spoken. */
  let seats = 0;
  let taken = 0;
  /** What the page claimed of its picture, newest last, and what it claimed when it sent packets of the hand. */
  let claims = [];
  let claimsWhenSent = [];
  /** Changes what the host says before the page hears it. @type {((message: any) => any) | null} */
  let falsify = null;

  new MutationObserver(() => claims.push(told().fidelity ?? null)).observe(document, {
    subtree: true,
    attributes: true,
    attributeFilter: ['data-fidelity'],
  });

  const create = Peer.prototype.createDataChannel;
  Peer.prototype.createDataChannel = function (label, options) {
    const channel = create.call(this, label, options);
    seats += label === 'control' ? 1 : 0;
    if (label === 'control') {
      const saidHere = [];
      channel.addEventListener('message', ({ data }) => {
        const message = JSON.parse(data);
        // Another seat, which is made while the one before may still come back; it says hello again when it knows more of itself.
        if (message.type === 'hello' && said !== saidHere) {
          taken += 1;
          said = saidHere;
          infos = new Map();
          records = new Map();
          words = [];
        }
        if (message.type === 'opened') words = [];
        words.push(message);
        if (words.length > KEPT) words.shift();
      });
      const { send } = channel;
      channel.send = (data) => {
        const message = JSON.parse(data);
        if (['command', 'event', 'resize'].includes(message.type)) claimsWhenSent.push(told().fidelity ?? null);
        saidHere.push(message);
        if (saidHere.length > KEPT) saidHere.shift();
        send.call(channel, data);
      };
      // The page hears what `falsify` makes of it.
      Object.defineProperty(channel, 'onmessage', {
        set: (hear) =>
          channel.addEventListener('message', (event) => {
            const message = falsify?.(JSON.parse(event.data));
            hear(message ? new MessageEvent('message', { data: JSON.stringify(message) }) : event);
          }),
      });
    }
    if (label === 'moves') {
      const { send } = channel;
      channel.send = (data) => {
        if (new DataView(data).getUint8(0) === 1) claimsWhenSent.push(told().fidelity ?? null);
        send.call(channel, data);
      };
    }
    if (label === 'frames') channel.addEventListener('message', ({ data }) => take(new DataView(data)));
    return channel;
  };

  /** @param {DataView} view */
  function take(view) {
    if (view.getUint8(0) !== 1) return;
    let at = PACKET;
    for (let frames = view.getUint8(8); frames > 0; frames -= 1) {
      const viewports = Array.from({ length: view.getUint8(at + 25) }, (_, i) => view.getUint32(at + FRAME + 4 * i, true));
      infos.set(view.getUint32(at, true), {
        revision: view.getUint32(at + 4, true),
        flags: view.getUint8(at + 24),
        at: performance.now(),
        viewports,
      });
      if (infos.size > KEPT) infos.delete(infos.keys().next().value);
      at += FRAME + 4 * viewports.length;
    }
    for (let count = view.getUint8(9); count > 0; count -= 1, at += RECORD) {
      records.set(`${view.getUint8(at)} ${view.getUint32(at + 8, true)}`, record(view, at));
    }
  }

  /**
   * @param {DataView} view
   * @param {number} at
   */
  function record(view, at) {
    const letter = (/** @type {number} */ from) =>
      String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(from + i)).filter((code) => code > 0));
    return {
      kind: ['empty', 'stack', 'mpr', 'volume'][view.getUint8(at + 1)],
      flags: view.getUint32(at + 4, true),
      series: view.getInt32(at + 12, true),
      image: view.getInt32(at + 16, true) + 1,
      images: view.getInt32(at + 20, true),
      instance: view.getInt32(at + 24, true),
      center: view.getFloat32(at + 28, true),
      width: view.getFloat32(at + 32, true),
      zoom: view.getFloat32(at + 36, true),
      position: view.getFloat32(at + 40, true),
      rect: [0, 1, 2, 3].map((i) => view.getUint16(at + 48 + 2 * i, true)),
      matrix: Array.from({ length: 12 }, (_, i) => view.getFloat32(at + 56 + 4 * i, true)),
      letters: [104, 108, 112, 116].map((offset) => letter(at + offset)),
    };
  }

  /** What the viewer says of itself; nothing before the page has built it. @returns {DOMStringMap} */
  const told = () => /** @type {HTMLElement | null} */ (document.querySelector('[data-session]'))?.dataset ?? {};
  const canvas = () => /** @type {HTMLCanvasElement} */ (document.querySelector('canvas[data-picture]'));
  /** Whether the picture has the size of the place that there is for it: a change of that is not on its way any more. */
  const fillsItsBox = () => {
    const { width, height } = document.querySelector('fv-stage').getBoundingClientRect();
    return Math.abs(canvas().width - width * devicePixelRatio) < 1 && Math.abs(canvas().height - height * devicePixelRatio) < 1;
  };
  const infosShown = () => [...infos.values()].filter(({ revision }) => String(revision) === told().revision);

  /** What is on the glass now. Each function answers in one task, so that its parts belong together. */
  window.glass = {
    /** Connections to hosts that this page has begun. */
    seats: () => seats,

    /** Those that the page has used. */
    taken: () => taken,

    /** Whether the host has said that the marks as they are now are kept. */
    marksSaved: () => words.findLast(({ type }) => type === 'marks' || type === 'marks.saved')?.saved === true,

    /** What the host said last of the marks, or of whether they are kept. */
    lastOfMarks: () => words.findLast(({ type }) => type === 'marks' || type === 'marks.saved'),

    /** Messages of the host of this type since the study was opened, oldest first. */
    words: (type) => words.filter((message) => message.type === type),

    /** What the page told the host on the control channel, of this type, oldest first. */
    said: (type) => said.filter((message) => message.type === type),

    /** The record of a viewport as the picture shown has it, or null. */
    record(viewport = 0) {
      const info = infosShown().at(-1);
      return (info && records.get(`${viewport} ${info.viewports[viewport]}`)) ?? null;
    },

    /** Whether the host has answered the n-th command of this page. */
    answered: (n) => words.some(({ type, id }) => (type === 'applied' || type === 'rejected') && id >= n),

    /** A live picture of voxels that are there. */
    live() {
      const shown = this.record(words.findLast(({ type }) => type === 'state')?.active ?? 0);
      return told().session === 'live' && shown !== null && (shown.flags & MISSING) === 0;
    },

    /** Whether the picture is at rest and its refinements are over: it is only repeated now, or not even that any more. */
    resting() {
      const last = Math.max(0, ...infosShown().map(({ at }) => at));
      return this.refined() && (infosShown().some(({ flags }) => flags & HEARTBEAT) || performance.now() - last > 1000);
    },

    /** What the page claims of its picture: now, since `claimed` was asked last, and when it sent what the hand did. */
    fidelity: () => told().fidelity ?? null,
    claimed: () => claims.splice(0),
    claimedWhenSent: () => claimsWhenSent.splice(0),

    /** Makes another message of every one that the host sends; null = as it is. */
    falsify(change) {
      falsify = change;
    },

    /** The canvas as a PNG, base64, and its size. */
    png: () => [canvas().toDataURL('image/png').split(',')[1], canvas().width, canvas().height],

    /** Whether the page has found the picture shown to be the host's, whether or not it may be green. */
    proven() {
      const still = words.findLast(({ type }) => type === 'still');
      const found = said.findLast(({ type }) => type === 'still.checked');
      return still !== undefined && String(still.revision) === told().revision && found?.still === still.still && found.verdict === 'exact';
    },

    /** Whether the picture at rest is proven, or has got some refinements at least. */
    refined() {
      const newest = Math.max(...words.map(({ type, revision }) => (type === 'state' || type === 'applied' ? revision : 0)));
      if (!this.live() || Number(told().revision) < newest || !fillsItsBox()) return false;
      if (this.proven()) return true;
      const shown = infosShown();
      const refined = shown.filter(({ flags }) => flags & REFINEMENT).length;
      return refined >= REFINEMENTS || shown.some(({ flags }) => flags & HEARTBEAT);
    },

    /** A point of the patient in picture pixels: x, y, and its distance from the plane in mm. */
    project([x, y, z], viewport = 0) {
      const shown = this.record(viewport);
      if (!shown) return null;
      const row = (/** @type {number} */ n) => {
        const [a, b, c, d] = shown.matrix.slice(4 * n, 4 * n + 4);
        return a * x + b * y + c * z + d;
      };
      return { x: row(0), y: row(1), depth: row(2) };
    },

    /** The same in CSS pixels of the page. */
    onPage(world, viewport = 0) {
      const at = this.project(world, viewport);
      if (!at) return null;
      const box = canvas().getBoundingClientRect();
      return {
        x: box.left + (at.x * box.width) / canvas().width,
        y: box.top + (at.y * box.height) / canvas().height,
        depth: at.depth,
      };
    },

    /** Red, green, blue of a pixel of the picture. */
    pixel(x, y) {
      return [...canvas().getContext('2d').getImageData(Math.floor(x), Math.floor(y), 1, 1).data.slice(0, 3)];
    },

    /** Green of the pixel that shows a point of the patient; null where it is not shown. */
    grey(world, viewport = 0) {
      const at = this.project(world, viewport);
      const isInside = at && at.x >= 0 && at.y >= 0 && at.x < canvas().width && at.y < canvas().height;
      return isInside ? this.pixel(at.x, at.y)[1] : null;
    },

    /** The grey values of a rectangle of the picture, row after row. */
    greys(x, y, width, height) {
      const { data } = canvas().getContext('2d').getImageData(x, y, width, height);
      return Array.from({ length: width * height }, (_, i) => data[4 * i + 1]);
    },

    /** The brightest of all colours in the picture. */
    brightest() {
      const { width, height } = canvas();
      const { data } = canvas().getContext('2d').getImageData(0, 0, width, height);
      return data.reduce((most, value, at) => (at % 4 === 3 ? most : Math.max(most, value)), 0);
    },

    /** The number drawn into the image that is shown; bits are 0 or 1 by the mean grey. */
    number(places, viewport = 0) {
      const shown = places.map((world) => this.grey(world, viewport));
      if (shown.some((grey) => grey === null)) return null;
      return shown.reduce((sum, grey, bit) => sum + (grey > 127 ? 2 ** bit : 0), 0);
    },

    /** Takes a sample before each repaint, until `followed` asks for them. */
    follow(sample) {
      const samples = [];
      const step = () => {
        samples.push(sample());
        following.frame = requestAnimationFrame(step);
      };
      const following = { samples, frame: requestAnimationFrame(step) };
      this.following = following;
    },

    followed() {
      cancelAnimationFrame(this.following.frame);
      return this.following.samples;
    },
  };
})();
