/** One icon of the family as an SVG element; decoration, so it is hidden from screen readers. */

import { svg } from './element.js';
import { ICON_PATHS } from './icon_paths.js';

/** @param {string} name */
export function icon(name) {
  const { line, fill } = ICON_PATHS[name];
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: line }),
    fill ? svg('path', { d: fill, class: 'icon-fill' }) : null,
  );
}
