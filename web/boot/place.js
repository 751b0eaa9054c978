/** Where the picture will be, before the interface is there: its frame stands in the page, and the style sheet lays it out. */

import { layPlace } from './place_sheet.js';

const NARROW = '(max-width: 700px)';

/** The viewer takes the page, and the picture's place is laid out, also before the page's style sheet has come; once. @param {Document} page */
export function makeRoom(page) {
  const viewer = page.querySelector('fv-viewer[hidden]');
  if (!viewer) return;
  page.querySelector('fv-worklist')?.toggleAttribute('hidden', true);
  viewer.toggleAttribute('hidden', false);
  layOut(viewer);
  layPlace(page, styled(page));
}

/** Where there is little room, the series are out of the way at first. @param {Element} viewer */
export function layOut(viewer) {
  viewer.classList.toggle('no-strip', matchMedia(NARROW).matches);
}

/**
 * The picture area in device pixels, or null while it is not laid out.
 * @param {ParentNode} page
 * @returns {import('./open_message.js').Asked | null}
 */
export function pictureArea(page) {
  const place = page.querySelector('.stage-box');
  if (!place || place.clientWidth === 0 || place.clientHeight === 0) return null;
  const ratio = devicePixelRatio || 1;
  return { width: Math.round(place.clientWidth * ratio), height: Math.round(place.clientHeight * ratio), ratio };
}

/** Until the page's HTML has been read to its end. @param {Document} page */
export async function isRead(page) {
  while (page.readyState === 'loading') await new Promise((come) => page.addEventListener('readystatechange', come, { once: true }));
}

/** Until the page's style sheets are there, or do not come. @param {ParentNode} page */
export async function styled(page) {
  /** @type {NodeListOf<HTMLLinkElement>} */
  const links = page.querySelectorAll('link[rel=stylesheet]');
  const waited = [...links].filter((link) => !link.sheet);
  await Promise.all(waited.map((link) => new Promise((come) => ['load', 'error'].forEach((end) => link.addEventListener(end, come, { once: true })))));
}
