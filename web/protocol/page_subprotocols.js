/** What a page says with its request for the socket, so that it costs no round trip (twin of SUBPROTOCOL and SAID in signaling/protocol/page.py). Pure. */

const SUBPROTOCOL = 'farview-page';
const SAID = 'farview-said.';
/** Servers take headers of 8 kB; what is longer is said on the socket. */
const MOST_CHARACTERS = 4_096;

/**
 * @param {import('./page.js').FromPage[]} messages
 * @returns {string[] | null} the subprotocols that say them; null where they are too long
 */
export function saidBy(messages) {
  const said = messages.map((message) => SAID + base64url(JSON.stringify(message)));
  return said.join(', ').length > MOST_CHARACTERS ? null : [SUBPROTOCOL, ...said];
}

/** @param {string} text */
function base64url(text) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
