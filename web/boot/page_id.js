/** The page's id, by which the server knows its seats when it connects again. Not kept: a tab that is duplicated copies what it keeps. */

/** @returns {string} 24 hexadecimal digits */
export function pageId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
