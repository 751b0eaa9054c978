/**
 * The icon family: 24 px grid, 1.5 px strokes, round ends. `fill` is the part that is solid. Those of the tools and of the lists are put into it
 * by tool_icons.js and list_icons.js.
 */

/** @type {Record<string, {line: string, fill?: string}>} */
export const ICON_PATHS = {
  help: { line: 'M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16M9.7 10a2.3 2.3 0 1 1 3.3 2.1c-.7.35-1 .8-1 1.6M12 16.3h.01' },
  list: { line: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01' },
  strip: { line: 'M4 5h16v14H4zM9.5 5v14M6.5 8.5h.5M6.5 12h.5M6.5 15.5h.5' },
  close: { line: 'M6 6l12 12M18 6L6 18' },
  more: { line: '', fill: 'M6 10.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3M12 10.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3M18 10.5a1.5 1.5 0 1 0 0 3a1.5 1.5 0 1 0 0-3' },
  check: { line: 'M5 12.5l4.5 4.5L19 7.5' },
  checkFewer: { line: 'M5 10.5l4.5 4.5L19 5.5M6 20h.01M12 20h.01M18 20h.01' },
  tilde: { line: 'M4 13.5c2-4.5 5-4.5 8-1.5s6 3 8-1.5' },
  warning: { line: 'M12 4.5l8.5 15h-17zM12 10v4M12 16.7h.01' },
  connection: { line: 'M3 12h4l3-7 4 14 3-7h4' },
};
