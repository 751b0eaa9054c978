/**
 * An eye for any page: at each display frame it looks at 64 × 64 points of whatever large pictures the page shows (images and
 * canvases, one over the other) and writes down when they change. It knows nothing of who makes them.
 */
(() => {
  const POINTS = 64;
  const MOST = 4_000;
  const LARGE = 0.3;
  const STRUCTURE = 5;
  const canvas = document.createElement('canvas');
  canvas.width = POINTS;
  canvas.height = POINTS;
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  context.imageSmoothingEnabled = false;

  let inputs = [];
  let changes = [];
  let frames = 0;
  let last = null;
  let before = null;
  let first = null;

  for (const type of ['wheel', 'pointermove']) {
    window.addEventListener(type, ({ timeStamp, buttons }) => inputs.push({ type, t: timeStamp, buttons }), {
      capture: true,
      passive: true,
    });
  }

  function isLarge(element) {
    const { width, height } = element.getBoundingClientRect();
    return width * height > LARGE * window.innerWidth * window.innerHeight;
  }

  function sample() {
    const pictures = [...document.querySelectorAll('img, canvas')].filter(isLarge);
    if (pictures.length === 0) return null;
    context.fillRect(0, 0, POINTS, POINTS);
    for (const picture of pictures) {
      if (picture.complete === false || picture.naturalWidth === 0 || picture.width === 0) continue;
      context.drawImage(picture, 0, 0, POINTS, POINTS);
    }
    const { data } = context.getImageData(0, 0, POINTS, POINTS);
    const grey = new Uint8Array(POINTS * POINTS);
    for (let at = 0; at < grey.length; at += 1) grey[at] = data[4 * at + 1];
    return grey;
  }

  function hasStructure(grey) {
    const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
    const square = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
    return Math.sqrt(square) > STRUCTURE;
  }

  function look() {
    requestAnimationFrame(look);
    frames += 1;
    const grey = sample();
    if (grey === null || (last !== null && grey.every((value, at) => value === last[at]))) return;
    last = grey;
    const t = performance.now();
    if (first === null && hasStructure(grey)) first = t;
    if (changes.length < MOST) changes.push({ t, grey });
  }

  requestAnimationFrame(look);

  function base64(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  }

  window.farviewEye = {
    first: () => first,
    now: () => performance.now(),
    quietSince: () => performance.now() - Math.max(changes.at(-1)?.t ?? 0, inputs.at(-1)?.t ?? 0),
    clear() {
      inputs = [];
      changes = [];
      frames = 0;
      before = last;
    },
    /** Inputs, the points as they were at `clear`, and the changes with the points they left, base64. */
    take: () => ({
      inputs,
      frames,
      before: base64(before),
      changes: changes.map(({ t, grey }) => ({ t, grey: base64(grey) })),
    }),
  };
})();
