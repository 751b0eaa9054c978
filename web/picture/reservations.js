/**
 * What stands against the image shown, beside how its bytes came (docs/safety.md, rule 9): codes of the host
 * (signaling/protocol/reservations.py) and what the picture itself says. Pure.
 */

import { RecordFlag, ViewportKind } from '../protocol/frames.js';

/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/records.js').ViewportInfo} ViewportInfo */

/** How much a code weighs: it takes plain exactness, it is told and takes nothing, or not all pixels are shown. @typedef {'doubt' | 'notice' | 'minified'} Weight */

/** By code, the gravest first. @type {Record<string, Weight>} */
export const WEIGHTS = {
  values: 'doubt',
  decoding: 'doubt',
  mask: 'doubt',
  overlay: 'doubt',
  shutter: 'doubt',
  presentation_lut: 'doubt',
  voi_lut: 'doubt',
  for_processing: 'doubt',
  supplemental_palette: 'doubt',
  padding: 'doubt',
  icc_profile: 'doubt',
  color_depth: 'doubt',
  palette_depth: 'doubt',
  overshoot: 'doubt',
  minified: 'minified',
  burned_in: 'notice',
  quality_control: 'notice',
  voi_lut_beside: 'notice',
  color_label: 'notice',
  lossy_data: 'notice',
  end_mark: 'notice',
  trailing_bytes: 'notice',
  boxes: 'notice',
  spacing: 'notice',
  thickness: 'notice',
  window: 'notice',
};
const ORDER = Object.keys(WEIGHTS);

/** Of a code that this page does not know: a host newer than it doubts something. @param {string} code @returns {Weight} */
export function weightOf(code) {
  return WEIGHTS[code] ?? 'doubt';
}

/**
 * All that is to be told of the image in a viewport.
 * @param {ViewportRecord} record
 * @param {readonly string[]} notices codes that the host says of it
 * @param {ViewportInfo | null} settings those that held at the record's revision
 * @returns {string[]} codes, the gravest first, each once
 */
export function reservationsOf(record, notices, settings) {
  const isPlanar = record.kind === ViewportKind.STACK || record.kind === ViewportKind.MPR;
  const found = new Set(notices);
  if (isPlanar && record.flags & RecordFlag.MINIFIED) found.add('minified');
  else if (isPlanar && settings?.interpolation === 'cubic') found.add('overshoot');
  return [...found].sort((one, other) => rank(one) - rank(other));
}

/** @param {string} code */
function rank(code) {
  return ORDER.indexOf(code);
}

/**
 * What is told of several viewports together: each code once, the gravest first, and the smallest zoom below 1.
 * @param {readonly {codes: readonly string[], zoom: number}[]} viewports those that show an image
 */
export function together(viewports) {
  const codes = [...new Set(viewports.flatMap((viewport) => viewport.codes))].sort((one, other) => rank(one) - rank(other));
  const zoom = Math.min(1, ...viewports.filter((viewport) => viewport.codes.includes('minified')).map((viewport) => viewport.zoom));
  return { codes, zoom };
}

/**
 * The gravest weight of some codes; nothing = the image is plainly what the file says.
 * @param {readonly string[]} codes
 * @returns {Weight | ''}
 */
export function weightOfAll(codes) {
  const weights = codes.map(weightOf);
  return weights.includes('doubt') ? 'doubt' : weights.includes('minified') ? 'minified' : weights.includes('notice') ? 'notice' : '';
}
