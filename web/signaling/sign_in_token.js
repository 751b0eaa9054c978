/** The sign-in token of an address, https://host/#token=…: taken out of it before it stays in the browser's history. */

/**
 * Pure.
 * @param {string} href
 * @returns {{token: string, rest: string}} the token in the fragment, empty where there is none; the address without one, wherever it stood
 */
export function apart(href) {
  const address = new URL(href);
  const inside = new URLSearchParams(address.hash.slice(1));
  const token = inside.get('token') ?? '';
  if (inside.has('token')) address.hash = '';
  if (address.searchParams.has('token')) address.searchParams.delete('token');
  return { token, rest: address.href.replace(/#$/, '') };
}

/**
 * What somebody types or pastes as a token: the token, or the whole address. Pure.
 * @param {string} typed
 */
export function tokenOf(typed) {
  return typed.trim().replace(/^.*[#?&]token=/s, '');
}

/** The token of this page's address, which no longer holds it; empty where there is none. */
export function takeToken() {
  const { token, rest } = apart(location.href);
  if (rest !== location.href) history.replaceState(history.state, '', rest);
  return token;
}

/** On a page of who is signed in: a token is taken out of the address, also of one that is put in while the page stands. */
export function keepTokenOut() {
  takeToken();
  window.addEventListener('hashchange', takeToken);
}
