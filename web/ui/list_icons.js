/** The icons of the worklist and of the administrators’ page. */

import { ICON_PATHS } from './icon_paths.js';

Object.assign(ICON_PATHS, {
  user: { line: 'M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M5 20c.5-4 3.5-5.5 7-5.5s6.5 1.5 7 5.5' },
  signOut: { line: 'M14 4H5v16h9M10 12h10M17 9l3 3-3 3' },
  hosts: { line: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01M11 8h5M11 16h5' },
  search: { line: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L20 20' },
  plus: { line: 'M12 5v14M5 12h14' },
  copy: { line: 'M9 9h10v10H9zM5 15V5h10' },
  drain: { line: 'M5 5h14M12 9v10M8 15l4 4 4-4' },
  play: { line: 'M8 5l11 7-11 7z' },
});
