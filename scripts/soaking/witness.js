/**
 * Witness of every green: in the task in which the page says "exact" it copies the canvas and hashes it by its own means, and compares
 * with what the page says and with what the host has proven; while green lasts it looks again. Comes after the recorder.
 */
(() => {
  const AGAIN_MS = 700;
  const PROOFS = 256;
  const proofs = new Map();
  const wrongs = [];
  let greens = 0;
  let looks = 0;
  let lastInput = 0;
  let study = '';
  let marks = {};
  let kept = [];
  let saved = true;

  window.farviewProbe.onControl((message) => {
    if (message.type === 'still') proven(message);
    if (message.type === 'opened') {
      study = message.study.study;
      marks = {};
      kept = [];
      saved = true;
    }
    if (message.type === 'marks') {
      const finished = message.marks.filter(({ draft = false }) => !draft);
      marks = Object.fromEntries(finished.map((mark) => [mark.mark, place(mark)]));
    }
    if (message.type === 'marks' || message.type === 'marks.saved') {
      saved = message.saved ?? true;
      if (saved) kept = Object.keys(marks);
    }
  });

  function proven(message) {
    proofs.delete(message.sha256);
    proofs.set(message.sha256, message);
    if (proofs.size > PROOFS) proofs.delete(proofs.keys().next().value);
  }

  /** What a mark is and where, as text to compare. */
  function place({ kind, sop, frame, plane = '', points }) {
    return JSON.stringify([kind, sop, frame, plane, points]);
  }

  const viewer = () => document.querySelector('fv-viewer');
  const isGreen = () => viewer()?.dataset.fidelity === 'exact';

  function wrong(why, said) {
    if (wrongs.length < 100) wrongs.push({ why, at: new Date().toISOString(), ...said });
  }

  /** Everything that must be so while the page says "exact"; the pixels are those of this very moment. */
  function look() {
    const { sha256 = '', revision = '', session = '' } = viewer().dataset;
    const said = { sha256, revision, session };
    const proof = proofs.get(sha256);
    looks += 1;
    if (proof === undefined) {
      wrong('the host has proven no such picture', said);
      return;
    }
    const canvas = document.querySelector('canvas[data-picture]');
    const { width, height } = canvas;
    if (session !== 'live') wrong('green though not live', said);
    if (String(proof.revision) !== revision) wrong(`green on another revision than the proven ${proof.revision}`, said);
    if (width !== proof.width || height !== proof.height) wrong(`a canvas of ${width} × ${height}`, said);
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    void compare(pixels(data, proof.channels), said);
  }

  async function compare(bytes, said) {
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (found !== said.sha256) wrong(`the canvas hashes to ${found}`, said);
  }

  function pixels(rgba, channels) {
    const bytes = new Uint8Array((rgba.length / 4) * channels);
    for (let from = 0, to = 0; from < rgba.length; from += 4) {
      for (let channel = 0; channel < channels; channel += 1, to += 1) bytes[to] = rgba[from + channel];
    }
    return bytes;
  }

  let shown = '';
  new MutationObserver(() => {
    const now = isGreen() ? viewer().dataset.sha256 ?? '' : '';
    if (now !== shown && now !== '') {
      greens += 1;
      look();
    }
    shown = now;
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-fidelity', 'data-sha256'] });

  setInterval(() => isGreen() && look(), AGAIN_MS);

  /** Last of all who hear of the wheel over the picture: by then it must not be green any more. */
  for (const type of ['wheel', 'pointerdown']) {
    window.addEventListener(type, ({ timeStamp }) => (lastInput = timeStamp), { capture: true, passive: true });
  }
  window.addEventListener('wheel', ({ target }) => {
    const isPicture = target instanceof Element && target.closest('fv-stage') !== null;
    if (isPicture && isGreen()) wrong('still green after the wheel turned', { ...viewer().dataset });
  });

  window.farviewWitness = {
    state() {
      const { session = '', fidelity = '', sha256 = '' } = viewer()?.dataset ?? {};
      const sinceInput = performance.now() - lastInput;
      const proof = proofs.get(sha256) ?? null;
      const asked = new URLSearchParams(location.search).get('study') ?? '';
      return { session, fidelity, sha256, greens, looks, wrongs, sinceInput, proof, study, asked, marks, kept, saved };
    },
  };
})();
