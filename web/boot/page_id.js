/** The tab's id: kept over reloads, so that the same session is resumed. */

const KEY = 'farview.page';

/** @returns {string} 24 hexadecimal digits */
export function pageId() {
  const known = sessionStorage.getItem(KEY);
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem(KEY, made);
  return made;
}
