/** Makes elements without markup: text is always text, never parsed. */

const SVG = 'http://www.w3.org/2000/svg';

/** What Farview itself made; all else in the page came from an extension or a script of another. @type {WeakSet<Element>} */
const made = new WeakSet();
/** The words that Farview wrote into what it made, last. @type {WeakMap<Element, string>} */
const written = new WeakMap();

/** @typedef {string | number | boolean | null | undefined} Attribute */
/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An HTML element with attributes, listeners (`onclick: …`) and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute | ((event: any) => void)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const fresh = own(document.createElement(tag));
  dress(fresh, attributes);
  append(fresh, children);
  return fresh;
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  const fresh = own(document.createElementNS(SVG, tag));
  dress(fresh, attributes);
  append(fresh, children);
  return fresh;
}

/**
 * Counts an element as Farview's own.
 * @template {Element} E
 * @param {E} element made here, or of the page's own markup
 * @returns {E}
 */
export function own(element) {
  made.add(element);
  return element;
}

/** Whether Farview made it, whatever its name, class and place. @param {Element} element */
export function isOwn(element) {
  return made.has(element);
}

/** Whether the words that stand in an element itself are those that Farview wrote into it; another's element counts for nothing. @param {Element} element */
export function isAsWritten(element) {
  if (!isOwn(element)) return true;
  let words = '';
  for (let node = element.firstChild; node; node = node.nextSibling) if (node.nodeType === Node.TEXT_NODE) words += node.nodeValue ?? '';
  return words === (written.get(element) ?? '');
}

/**
 * @param {Element} target
 * @param {Record<string, Attribute | ((event: any) => void)>} attributes
 */
function dress(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') target.addEventListener(name.slice(2), value);
    else if (value === true) target.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) target.setAttribute(name, String(value));
  }
}

/**
 * @param {Element} target
 * @param {readonly Child[]} children
 */
function append(target, children) {
  const words = children.filter((child) => typeof child === 'string').join('');
  if (words) written.set(target, words);
  target.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/**
 * Changes an element's text only where it differs, so that nothing is laid out again for nothing.
 * @param {Element} target
 * @param {string} words
 */
export function say(target, words) {
  written.set(target, words);
  if (target.textContent !== words) target.textContent = words;
}

/**
 * Writes a data attribute, only where it differs.
 * @param {DOMStringMap} dataset
 * @param {string} name
 * @param {string | null} value null = it goes
 */
export function note(dataset, name, value) {
  if (value === null) delete dataset[name];
  else if (dataset[name] !== value) dataset[name] = value;
}
