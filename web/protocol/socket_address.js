/**
 * Addresses of the server. All are relative to the page, whose own address has one part below the path that Farview lies under: so they
 * hold wherever a proxy offers it.
 */

/**
 * Of a WebSocket; older browsers take none that is relative.
 * @param {string} path as `ws/page`
 */
export function socketAddress(path) {
  return String(new URL(path, location.href.replace('http', 'ws')));
}
