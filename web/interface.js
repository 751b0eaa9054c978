/** Entry of index.html that comes second: the interface, which takes over what the first one has begun. */

import { App } from './app.js';
import { askedAhead, relay, seat } from './boot.js';
import { own } from './ui/element.js';
import { Viewer } from './ui/viewer.js';

const worklist = document.querySelector('fv-worklist');
const viewer = document.querySelector('fv-viewer');
if (worklist instanceof HTMLElement && viewer instanceof Viewer) {
  own(worklist);
  own(viewer);
  new App(worklist, viewer, seat, askedAhead).start(relay);
}
