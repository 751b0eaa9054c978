/** Entry of index.html. */

import { App } from './app.js';
import { Viewer } from './ui/viewer.js';
import { Worklist } from './ui/worklist.js';

const KEY = 'farview.page';

/** The tab's id: kept over reloads, so that the same session is resumed. */
function pageId() {
  const known = sessionStorage.getItem(KEY);
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem(KEY, made);
  return made;
}

const worklist = document.querySelector('fv-worklist');
const viewer = document.querySelector('fv-viewer');
if (worklist instanceof Worklist && viewer instanceof Viewer) {
  // A sign-in token in the address would stay in the history.
  const address = new URL(location.href);
  if (address.searchParams.has('token')) {
    address.searchParams.delete('token');
    history.replaceState(null, '', address);
  }
  new App(worklist, viewer, pageId()).start();
}
