/** The icons of the tools, which come after the first picture. */

import { ICON_PATHS } from './icon_paths.js';

Object.assign(ICON_PATHS, {
  scroll: { line: 'M12 4l8 4-8 4-8-4zM4 12l8 4 8-4M4 16l8 4 8-4' },
  window: { line: 'M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16', fill: 'M12 4a8 8 0 0 1 0 16z' },
  pan: { line: 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3' },
  zoom: { line: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L20 20M10.5 7.8v5.4M7.8 10.5h5.4' },
  crosshair: { line: 'M12 3v6M12 15v6M3 12h6M15 12h6M12 12h.01' },
  length: { line: 'M5.5 18.5l13-13M3.5 16.5l4 4M16.5 3.5l4 4M9 12.2l1.4 1.4M12.2 9l1.4 1.4' },
  probe: { line: 'M13 7l4 4-8.5 8.5H4.5v-4zM15.3 4.7a2.3 2.3 0 0 1 4 4L17 11l-4-4z' },
  rotate: { line: 'M12 3l7.5 4.5v9L12 21l-7.5-4.5v-9zM12 12l7.5-4.5M12 12v9M12 12L4.5 7.5' },
  presets: {
    line: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h10M18 17h2M15 5a2 2 0 1 0 0 4a2 2 0 1 0 0-4M9 10a2 2 0 1 0 0 4a2 2 0 1 0 0-4M16 15a2 2 0 1 0 0 4a2 2 0 1 0 0-4',
  },
  layout: { line: 'M4 5h16v14H4zM12 5v14M4 12h16' },
  invert: { line: 'M5 5h14v14H5z', fill: 'M5 19L19 5v14z' },
  flip: { line: 'M12 4v16M9 7L4 17h5zM15 7l5 10h-5z' },
  turn: { line: 'M18.3 9A7 7 0 1 0 19 13M19 4v5h-5' },
  fit: { line: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z' },
  oneToOne: { line: 'M5.5 8.5L8 7v10M15.5 8.5L18 7v10M12 10h.01M12 14h.01' },
  reset: { line: 'M5.7 9A7 7 0 1 1 5 13M5 4v5h5' },
  undo: { line: 'M9 13.5L4.5 9 9 4.5M4.5 9h9.5a5.2 5.2 0 0 1 0 10.5h-3' },
  redo: { line: 'M15 13.5L19.5 9 15 4.5M19.5 9H10a5.2 5.2 0 0 0 0 10.5h3' },
  deleteMark: { line: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.2 10.5v5.5M13.8 10.5v5.5' },
  interpolation: { line: 'M4 19h4v-5h4V9h4V5h4M4 15.5C9 15 12 6.5 20 5' },
  volume: { line: 'M12 3l7.5 4.5v9L12 21l-7.5-4.5v-9z', fill: 'M12 12l7.5-4.5v9L12 21z' },
  person: { line: 'M12 3.5a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4M7 11h10M12 8v7M12 15l-3 6M12 15l3 6' },
  down: { line: 'M7 10l5 5 5-5' },
});
