/**
 * Runs in the page before its own scripts and writes down what happens: input events, packets sent, what the host tells of
 * pictures, and each drawing into the canvas (probe_script.py puts `farviewDecode` before it). It changes nothing; all times are of performance.now, as event.timeStamp is.
 */
(() => {
  const KEPT = 4_000;
  const REFINEMENT = 2;
  const HEARTBEAT = 4;
  const MISSING = 256;
  const QUIET_MS = 1_000;
  const REFINED_MS = 250;
  const INPUTS = ['wheel', 'pointermove', 'pointerdown', 'pointerup', 'click'];

  let inputs = [];
  let sent = [];
  let draws = [];
  let revisions = [];
  let ticks = [];
  let beats = [];
  let fidelities = [];
  let proofs = [];
  let verdicts = [];
  let measures = [];
  let grabs = [];
  let grabEvery = 0;
  const terms = [];
  const drawnWindows = new Map();
  const watchers = [];
  const listeners = [];
  let ticking = false;
  let last = null;
  let newestInput = 0;
  let state = null;
  let opened = null;
  const progress = new Map();
  const infos = new Map();
  const described = new Map();
  const records = new Map();
  const connections = [];

  for (const type of INPUTS) {
    const note = ({ timeStamp }) => {
      newestInput = timeStamp;
      inputs.push({ type, t: timeStamp });
    };
    window.addEventListener(type, note, { capture: true, passive: true });
  }

  // ---- what is drawn

  const prototype = CanvasRenderingContext2D.prototype;
  const { drawImage } = prototype;
  prototype.drawImage = function (source, ...rest) {
    drawImage.call(this, source, ...rest);
    if (!this.canvas.hasAttribute('data-picture')) return;
    const { rtpTimestamp = null, receiveTime = null } = source.metadata?.() ?? {};
    const rtp = rtpTimestamp === null ? null : rtpTimestamp >>> 0;
    const t = performance.now();
    last = { t, rtp, received: receiveTime, after: last === null ? 0 : t - last.t };
    draws.push(last);
    for (const watch of watchers) watch(source, last, this, rest);
    if (grabEvery > 0 && last.t - (grabs.at(-1)?.t ?? -Infinity) >= grabEvery) grabs.push(grab(this.canvas, last));
  };

  /** The first channel of the canvas: of a grey picture, the picture. */
  function grab(canvas, { t, rtp }) {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const grey = new Uint8Array(width * height);
    for (let at = 0; at < grey.length; at += 1) grey[at] = data[4 * at];
    return { t, rtp, width, height, grey };
  }

  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.localName !== 'fv-viewer') continue;
      const { revision, fidelity = '', sha256 = '' } = target.dataset;
      if (revision !== undefined && Number(revision) !== revisions.at(-1)?.revision) {
        revisions.push({ t: performance.now(), revision: Number(revision) });
      }
      const before = fidelities.at(-1);
      if (fidelity !== before?.fidelity || sha256 !== before.sha256) {
        fidelities.push({ t: performance.now(), fidelity, sha256, revision: Number(revision ?? -1) });
      }
    }
  }).observe(document, {
    subtree: true,
    attributes: true,
    attributeFilter: ['data-revision', 'data-fidelity', 'data-sha256'],
  });

  function tick(t) {
    if (!ticking) return;
    const revision = document.querySelector('fv-viewer')?.dataset.revision;
    if (revision !== undefined) ticks.push({ t, revision: Number(revision) });
    requestAnimationFrame(tick);
  }

  // ---- what is said

  const makeChannel = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (label, init) {
    const channel = makeChannel.call(this, label, init);
    if (!connections.includes(this)) connections.push(this);
    if (label === 'moves') tapMoves(channel);
    if (label === 'control') {
      tapControl(channel);
      channel.addEventListener('message', ({ data }) => control(JSON.parse(data), data));
    }
    if (label === 'frames') channel.addEventListener('message', ({ data }) => frames(data));
    return channel;
  };

  function tapMoves(channel) {
    const { send } = channel;
    channel.send = (bytes) => {
      send.call(channel, bytes);
      const view = new DataView(bytes);
      if (view.getUint8(0) === 1) sent.push({ t: performance.now(), sequence: view.getUint32(4, true), input: newestInput });
    };
  }

  function tapControl(channel) {
    const { send } = channel;
    channel.send = (data) => {
      send.call(channel, data);
      const message = JSON.parse(data);
      if (message.type === 'still.checked') verdicts.push({ ...message, t: performance.now() });
      if (message.type === 'measures') measures.push({ ...message, t: performance.now() });
    };
  }

  function control(message, data) {
    for (const listen of listeners) listen(message);
    if (message.type === 'image.terms') {
      terms.push({ entries: message.terms.length, bytes: new TextEncoder().encode(data).length });
    }
    if (message.type === 'still') proofs.push({ ...message, t: performance.now() });
    if (message.type === 'state') state = message;
    if (message.type === 'progress') progress.set(message.series, { ...message, t: performance.now() });
    if (message.type === 'opened') {
      opened = message;
      progress.clear();
    }
  }

  function frames(data) {
    const heard = performance.now();
    const message = farviewDecode(data);
    if (message.kind === 'beat') beats.push({ t: heard, bit_rate: message.beat.bit_rate, rtt_ms: message.beat.rtt_ms });
    if (message.kind !== 'frames') return;
    const { epoch } = message.packet;
    for (const record of message.packet.records) {
      records.set(record.viewport, record);
      const window = [record.image, record.center, record.width];
      drawnWindows.set(window.join(' '), window);
      keep(described, `${record.viewport} ${record.revision}`, record);
    }
    for (const info of message.packet.frames) {
      if (!infos.has(info.rtp)) keep(infos, info.rtp, { ...info, epoch, heard });
    }
  }

  function keep(map, key, value) {
    map.set(key, value);
    if (map.size > KEPT) map.delete(map.keys().next().value);
  }

  // ---- what is asked of this recorder

  /** What a drawing says of its first viewport, or null. */
  function recordOf({ rtp }) {
    const info = infos.get(rtp);
    return (info && described.get(`0 ${info.viewports[0]}`)) ?? null;
  }

  /** Whether a drawing is one of an image, not of the pattern that says that none is there yet. */
  function isPicture(draw) {
    const record = recordOf(draw);
    return record !== null && (record.flags & MISSING) === 0;
  }

  /** Whether a picture knows the newest input and the newest settings that this page was told of. */
  function isCurrent(info) {
    const told = sent.find(({ input }) => input === newestInput);
    return info.revision >= (state?.revision ?? 0) && (told === undefined || info.input_sequence >= told.sequence);
  }

  /** Whether the picture has been proven since then, and nothing was done afterwards. */
  function isProven(since) {
    const newest = fidelities.at(-1);
    return newest?.fidelity === 'exact' && newest.t > Math.max(since, newestInput);
  }

  /** At rest: the host only repeats the newest picture, at the pace of heartbeats, or has fallen silent. */
  function isSettled(since) {
    if (last === null) return false;
    if (isProven(since)) return true;
    const now = performance.now();
    if (now - last.t > QUIET_MS) return now - since > QUIET_MS;
    const info = infos.get(last.rtp);
    if (last.t <= since || info === undefined || !isCurrent(info)) return false;
    return (info.flags & HEARTBEAT) !== 0 || ((info.flags & REFINEMENT) !== 0 && last.after > REFINED_MS);
  }

  const conditions = {
    settled: (since) => isSettled(since),
    proven: (since) => isProven(since),
    quiet: (ms) => last !== null && performance.now() - last.t > ms,
    pictured: () => draws.some(isPicture),
    layout: (layout) => state?.layout === layout,
    viewport: (kind) => [...records.values()].some((record) => record.kind === kind && record.rect[2] > 0),
    tool: (tool) => state?.tool === tool,
    maximized: (value) => state?.maximized === value,
    complete: () => progress.size > 0 && [...progress.values()].every(({ present, total }) => present === total),
    shownComplete: () => {
      const series = state?.viewports[state.active]?.series;
      const known = progress.get(series);
      return known !== undefined && known.present === known.total;
    },
  };

  window.farviewProbe = {
    /** Resolves to whether the condition came true in time. */
    until: (name, value, milliseconds) =>
      new Promise((resolve) => {
        const end = performance.now() + milliseconds;
        const look = () => {
          if (conditions[name](value)) resolve(true);
          else if (performance.now() > end) resolve(false);
          else setTimeout(look, 10);
        };
        look();
      }),
    clear() {
      inputs = [];
      sent = [];
      draws = [];
      revisions = [];
      ticks = [];
      beats = [];
      proofs = [];
      verdicts = [];
      measures = [];
      fidelities = fidelities.slice(-1);
    },
    take() {
      const drawn = draws.map((draw) => ({ ...draw, info: infos.get(draw.rtp) ?? null, picture: isPicture(draw) }));
      return { inputs, sent, draws: drawn, revisions, ticks, beats, proofs, verdicts, measures, fidelities };
    },
    /** Calls `watch(source, draw, context, arguments)` after each drawing into the picture's canvas. */
    onDraw: (watch) => watchers.push(watch),
    /** Calls `listen(message)` with each message of the control channel from the host. */
    onControl: (listen) => listeners.push(listen),
    infoOf: (rtp) => infos.get(rtp) ?? null,
    recordOf: (rtp) => recordOf({ rtp }),
    newestInput: () => newestInput,
    tick(on) {
      if (on && !ticking) requestAnimationFrame(tick);
      ticking = on;
    },
    grabEach(milliseconds) {
      grabEvery = milliseconds;
      if (milliseconds > 0) grabs = [];
    },
    grabNow() {
      grabs.push(grab(document.querySelector('canvas[data-picture]'), last));
    },
    /** One grabbed picture as base64 bytes, with the image it shows (0-based); null after the last. */
    nextGrab() {
      const next = grabs.shift();
      if (!next) return null;
      const image = recordOf(next)?.image ?? null;
      let text = '';
      for (let at = 0; at < next.grey.length; at += 32_768) {
        text += String.fromCharCode(...next.grey.subarray(at, at + 32_768));
      }
      return { ...next, grey: btoa(text), image };
    },
    now: () => performance.now(),
    state: () => state,
    opened: () => opened,
    progress: () => [...progress.values()],
    records: () => [...records.values()],
    forgetRecords: () => records.clear(),
    /** Each different [image, window level, window width] that a viewport was drawn with. */
    drawnWindows: () => [...drawnWindows.values()],
    /** How many entries and bytes each message of terms of images had. */
    termsTold: () => terms,
    /** The browser's own sums over the moving picture's track (the first that the host offered) of the newest seat that has one. */
    async inbound() {
      let videos = [];
      for (const connection of connections.toReversed()) {
        const stats = await connection.getStats();
        videos = [...stats.values()].filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
        if (videos.length > 0) break;
      }
      const video = videos.reduce((one, other) => (Number(other.mid) < Number(one.mid) ? other : one));
      const { framesDecoded, totalDecodeTime, bytesReceived, packetsLost, pliCount, nackCount, freezeCount } = video;
      return { framesDecoded, totalDecodeTime, bytesReceived, packetsLost, pliCount, nackCount, freezeCount };
    },
  };
})();
