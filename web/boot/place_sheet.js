/**
 * The few rules by which the picture's place is laid out, in a sheet of the script's own: over HTTPS the page's style sheet comes on another
 * connection, two round trips after this script, and the study is asked for in the size of that place. They stand in css/ too; a test compares.
 */

export const PLACE = `
:root { --bar: 36px; --tools: 40px; --strip: 136px; --message: 24px }
*, *::before, *::after { box-sizing: border-box }
[hidden] { display: none !important }
html, body { height: 100%; margin: 0; overflow: hidden }
fv-viewer {
  display: grid;
  grid-template: 'bar bar' minmax(var(--bar), auto) 'tools tools' var(--tools) 'strip stage' minmax(0, 1fr) 'message message' minmax(var(--message), auto) / var(--strip) minmax(0, 1fr);
  height: 100dvh
}
fv-viewer.no-strip { grid-template-columns: 0 minmax(0, 1fr) }
.stage-box { grid-area: stage; min-width: 0; min-height: 0; overflow: hidden }
@media (pointer: coarse) {
  :root { --bar: 44px; --tools: 56px; --message: 28px }
  fv-viewer {
    grid-template: 'bar bar' minmax(var(--bar), auto) 'strip stage' minmax(0, 1fr) 'message message' minmax(var(--message), auto) 'tools tools' calc(var(--tools) + env(safe-area-inset-bottom)) / var(--strip) minmax(0, 1fr);
    padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left)
  }
}`;

/**
 * They hold until the page's own sheet has come.
 * @param {Document} page
 * @param {Promise<unknown>} styled when that is
 */
export function layPlace(page, styled) {
  // Older browsers have no such sheets: there the page's own is waited for.
  if (!('adoptedStyleSheets' in page)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PLACE);
  page.adoptedStyleSheets = [sheet];
  void styled.then(() => {
    page.adoptedStyleSheets = [];
  });
}
