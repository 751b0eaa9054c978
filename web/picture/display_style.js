/**
 * Whether what the browser does to the canvas after it was drawn leaves its pixels as they are: every computed property of it and of all
 * that it lies in has its initial value, but for those that touch no pixel of what is inside (CSS Filter Effects, Transforms, Compositing,
 * Masking, Backgrounds, Basic UI). A property that is not known here is held against its initial value too. A reading mode or an extension
 * that inverts pages does so by such styles. What the screen does after the browser, no page can know.
 */

/** Why not: a name in text.fidelity.why. @typedef {'' | 'altered' | 'covered' | 'reworded'} DisplayFault */
/** @typedef {Readonly<Record<string, string | undefined>>} Style as getComputedStyle tells it, as far as the browser knows the property */

/** Values that leave a picture as it is, whatever a page's reference says; looked at each time. @type {Readonly<Record<string, readonly string[]>>} */
export const PLAIN = {
  filter: ['none'],
  opacity: ['1'],
  'mix-blend-mode': ['normal'],
  visibility: ['visible'],
  clip: ['auto'],
  'clip-path': ['none'],
  'mask-image': ['none'],
  '-webkit-mask-image': ['none'],
  '-webkit-mask-box-image-source': ['none'],
  '-webkit-box-reflect': ['none'],
  rotate: ['none', '0deg'],
  scale: ['none', '1'],
  'offset-path': ['none'],
  'object-fit': ['fill'],
  'object-view-box': ['none'],
  'content-visibility': ['visible'],
  'outline-style': ['none'],
  'border-top-left-radius': ['0px'],
  'border-top-right-radius': ['0px'],
  'border-bottom-left-radius': ['0px'],
  'border-bottom-right-radius': ['0px'],
};

/**
 * Properties that touch no pixel of what is inside: the place and size of boxes, which are watched (viewer/full_scale.js) and what steers
 * them, what lies behind (background, border), letters, lists, SVG shapes, the hand and the scroll, names, and how something comes about
 * (an animation's or transition's values show in the properties that it moves).
 */
const HARMLESS = new RegExp(
  `^(?:-webkit-|-moz-|-ms-)?(?:${[
    'accent-|align|anchor-|animation|app-region|aspect-|background-(?!blend)|baseline|block-size|bottom$|box-(?:sizing|align|dec|dir|flex|ord|orient|pack)',
    'border-(?!shape|image|.*radius|.*reflect)|break-|buffered-|caption-|caret-|clear$|clip-rule|color$|color-(?:interp|rend|scheme|adjust)',
    'column-(?:fill|gap|height|rule|wrap)|contain-intrinsic|container-name|counter-|cursor|c[xy]$|d$|direction|display|dominant-|empty-|field-|fill|flex|float$|flood-|font|forced-',
    'grid-|height|hyphen|inline-size|inset|interact|interest-|interpolate-|isolation|justify-|left$|letter-|lighting-|line-|list-|locale$',
    'margin|marker|math-|max-|min-|object-position|offset-(?:anchor|distance|position|rotate)|order$|orphans|outline-(?:color|offset|width)|overflow|overscroll-|padding',
    'paint-order|perspective-origin|pointer-|position|print-|quotes$|r[xy]?$|reading-|resize|right$|row-|rtl-|ruby|rule-|scroll|shape-|speak$|stop-|stroke',
    'tab-|table-|tap-|text|timeline-|top$|touch-|transform-(?:box|origin)|transition|translate$|trigger-|unicode-|user-|vector-|vertical-|view-t(?:imeline|ransition-(?:class|group|scope))',
    'white-|widows$|width|will-|word-|writing-|[xy]$|z-index|horizontal-|mask-(?!image|border|box-image-source)',
  ].join('|')})`,
);
/** What our own style sheet (css/stage.css) or the browser's sets on them, beside the initial value. @type {Readonly<Record<string, readonly string[]>>} */
const OWN_VALUES = { 'image-rendering': ['pixelated'], 'view-transition-name': ['root'] };
const SHIFT = /^matrix\(1, 0, 0, 1, /;

/**
 * Whether a style changes the pixels of what is in its element.
 * @param {Style} style
 * @param {ReadonlyMap<string, string>} [initial] values to hold the other properties against
 */
export function alters(style, initial = new Map()) {
  const isPlain = Object.entries(PLAIN).every(([name, plain]) => isIn(plain, style[name]));
  if (!isPlain || !(isIn(['none'], style.transform) || SHIFT.test(style.transform ?? ''))) return true;
  for (const [name, value] of initial) {
    const seen = style[name];
    if (seen && seen !== value && !OWN_VALUES[name]?.includes(seen) && !PLAIN[name]?.includes(seen) && !SHIFT.test(seen)) return true;
  }
  return false;
}

/**
 * The initial values of all properties that may touch pixels, known here or not.
 * @param {Document} page
 * @returns {Map<string, string>}
 */
export function initialValues(page) {
  // In the head nothing is displayed, and no rule of a style sheet outdoes an important one of the element's own.
  const reference = page.createElement('meta');
  reference.style.setProperty('all', 'initial', 'important');
  page.head.append(reference);
  const style = getComputedStyle(reference);
  const values = new Map([...style].filter((name) => mayTouch(name)).map((name) => [name, style.getPropertyValue(name)]));
  reference.remove();
  return values;
}

/** Whether a property may change the pixels of what is in its element, as far as anyone knows. @param {string} name */
export function mayTouch(name) {
  return name in PLAIN || !(name.startsWith('--') || HARMLESS.test(name));
}

/**
 * @param {readonly string[]} plain
 * @param {string | undefined} value
 */
export function isIn(plain, value) {
  return !value || plain.includes(value);
}

/**
 * @param {Element} element
 * @param {string} [pseudo]
 */
export function styleOf(element, pseudo) {
  return /** @type {Style} */ (/** @type {unknown} */ (getComputedStyle(element, pseudo)));
}
