/** Entry of index.html that comes second: the interface, which takes over what the first one has begun. */

import { App } from './app.js';
import { askedAhead, relay, seat, started } from './boot.js';
import { styled } from './boot/place.js';
import { own } from './ui/element.js';
import { Viewer } from './ui/viewer.js';
// What two of the later scripts need comes here, so that none of them waits for another.
import './input/opening_click.js';
import './picture/still_parts.js';

/** What the page is; null where it is none of a reader. */
export const app = begun(document.querySelector('fv-worklist'), document.querySelector('fv-viewer'));

/**
 * @param {Element | null} worklist
 * @param {Element | null} viewer
 */
function begun(worklist, viewer) {
  if (!(worklist instanceof HTMLElement) || !(viewer instanceof Viewer)) return null;
  own(worklist);
  own(viewer);
  const made = new App(worklist, viewer, seat, askedAhead);
  // Words and letters have their places by the style sheet: nothing is shown before it has come, or can't.
  void Promise.all([styled(document), started]).then(() => made.start(relay));
  return made;
}
