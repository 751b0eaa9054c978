/**
 * Whether what the browser does to the canvas after it was drawn leaves its pixels as they are: no style of it, of what it lies in or of
 * what lies over it may colour, mirror, fade or cut it (CSS Filter Effects, Transforms, Compositing, Masking). A reading mode or an
 * extension that inverts pages does so by such styles. What the screen does after the browser, no page can know.
 */

/** Why not: a name in text.fidelity.why. @typedef {'' | 'altered' | 'covered'} DisplayFault */
/** @typedef {Record<string, string | undefined>} Style as getComputedStyle tells it, as far as the browser knows the property */

/** Values that leave a picture as it is; other properties do not touch its pixels, or change its box, which is watched elsewhere. @type {Record<string, readonly string[]>} */
export const PLAIN = {
  filter: ['none'],
  opacity: ['1'],
  mixBlendMode: ['normal'],
  visibility: ['visible'],
  clip: ['auto'],
  clipPath: ['none'],
  maskImage: ['none'],
  webkitMaskImage: ['none'],
  webkitMaskBoxImageSource: ['none'],
  rotate: ['none', '0deg'],
  scale: ['none', '1'],
  offsetPath: ['none'],
  objectFit: ['fill'],
  objectViewBox: ['none'],
};
const SHIFT = /^matrix\(1, 0, 0, 1, /;
const CLEAR = /^(?:transparent|rgba\(.*, 0\))$/;
/** What paints without a background. */
const REPLACED = new Set(['IMG', 'CANVAS', 'VIDEO', 'IFRAME', 'OBJECT', 'EMBED', 'svg']);
/** What Farview itself puts beside or over the picture; all else came from an extension or a script of another. */
const OWN_TAGS = new Set(['HEAD', 'BODY', 'SCRIPT', 'LINK', 'STYLE', 'NOSCRIPT']);
const OWN = ['overlay', 'stage-box', 'stage-words', 'stage-tap', 'stage-stale', 'tooltip', 'popover', 'strip-ghost', 'page-broken'];
/** So many elements within a foreign one are looked at. */
const MOST = 60;

/** Whether a style changes the pixels of what is in its element. @param {Style} style */
export function alters(style) {
  const isPlain = Object.entries(PLAIN).every(([name, plain]) => isIn(plain, style[name]));
  return !isPlain || !(isIn(['none'], style.transform) || SHIFT.test(style.transform ?? ''));
}

/** Whether the box of a style would be seen over what is behind it, or changes it. @param {Style} style */
export function paints(style) {
  const { backgroundColor, backgroundImage, backdropFilter, webkitBackdropFilter, mixBlendMode, boxShadow } = style;
  const isClear = isIn(['none'], backgroundImage) && (!backgroundColor || CLEAR.test(backgroundColor));
  const isStill = isIn(['none'], backdropFilter) && isIn(['none'], webkitBackdropFilter) && isIn(['normal'], mixBlendMode);
  return !isClear || !isStill || (boxShadow ?? '').includes('inset');
}

/**
 * @param {readonly string[]} plain
 * @param {string | undefined} value
 */
function isIn(plain, value) {
  return !value || plain.includes(value);
}

/**
 * @param {HTMLElement} canvas with the picture
 * @param {readonly Element[]} layers of Farview's own that lie over it: what they say must lie where it belongs
 * @returns {DisplayFault}
 */
export function displayFault(canvas, layers) {
  for (let at = /** @type {Element | null} */ (canvas); at; at = at.parentElement) {
    if (alters(styleOf(at)) || (at !== canvas && isPaintedAround(at))) return 'altered';
  }
  for (const layer of layers) {
    const style = styleOf(layer);
    if (style.display !== 'none' && (alters(style) || paints(style))) return 'altered';
  }
  return isCovered(canvas) ? 'covered' : '';
}

/**
 * What is drawn by ::before and ::after lies over all that an element has, where it is taken out of the flow.
 * @param {Element} element
 */
function isPaintedAround(element) {
  return ['::before', '::after'].some((name) => {
    const style = styleOf(element, name);
    if (isIn(['none', 'normal'], style.content) || style.display === 'none' || style.position === 'static') return false;
    return paints(style) || (style.content ?? '').includes('url(');
  });
}

/** Whether something that is not Farview's lies over the picture. @param {HTMLElement} canvas */
function isCovered(canvas) {
  const box = canvas.getBoundingClientRect();
  for (let around = canvas.parentElement; around; around = around.parentElement) {
    for (const element of around.children) {
      if (element !== canvas && !isOwn(element) && covers(element, box)) return true;
    }
  }
  return false;
}

/** @param {Element} element */
function isOwn({ tagName, classList, parentElement }) {
  if (OWN_TAGS.has(tagName) || tagName.startsWith('FV-') || OWN.some((name) => classList.contains(name))) return true;
  return tagName === 'VIDEO' && parentElement?.tagName === 'FV-STAGE';
}

/**
 * @param {Element} foreign
 * @param {DOMRect} box
 */
function covers(foreign, box) {
  return [foreign, ...[...foreign.querySelectorAll('*')].slice(0, MOST)].some((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (left >= box.right || right <= box.left || top >= box.bottom || bottom <= box.top || left === right || top === bottom) return false;
    const style = styleOf(element);
    if (style.visibility !== 'visible' || Number(style.opacity) === 0) return false;
    return REPLACED.has(element.tagName) || paints(style);
  });
}

/**
 * @param {Element} element
 * @param {string} [pseudo]
 */
function styleOf(element, pseudo) {
  return /** @type {Style} */ (/** @type {unknown} */ (getComputedStyle(element, pseudo)));
}
