/** The interface may not come: the line broke, or the server has been updated between the first file and this one. */

import { text } from '../text/en_seat.js';

const KEY = 'farview.reloaded';
/** One that has reloaded this recently does not do so again: it would never end. */
const AGAIN_MS = 30_000;

/** Load the page anew; where that has just been tried, say what the reader can do. */
export function comeAgain() {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  if (Date.now() - last > AGAIN_MS) {
    sessionStorage.setItem(KEY, String(Date.now()));
    location.reload();
    return;
  }
  const words = document.createElement('p');
  words.className = 'page-broken';
  words.setAttribute('role', 'alert');
  words.textContent = text.server.pageIncomplete;
  document.body.prepend(words);
}
