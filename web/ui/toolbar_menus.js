/** What the toolbar's menus hold: window presets, layouts, looks and views of a volume, and the rest of a short row. */

import { fixed, parseNumber } from '../format/number.js';
import { keyLabel } from '../input/key_map.js';
import { text } from '../text/en.js';
import { toolText } from '../text/en_tools.js';
import { element, say, svg } from './element.js';
import { icon } from './icon.js';

/** @typedef {import('./toolbar.js').Act} Act */
/** @typedef {import('../protocol/control.js').StateSnapshot} StateSnapshot */
/** @typedef {import('../protocol/records.js').SeriesInfo} SeriesInfo */

/**
 * @param {SeriesInfo | null} series
 * @param {StateSnapshot | null} snapshot
 * @param {Act} act
 * @returns {Node[]}
 */
export function presetMenu(series, snapshot, act) {
  const { toolbar } = toolText;
  const current = snapshot?.viewports[snapshot.active]?.preset ?? '';
  const presets = (series?.presets ?? []).map(({ name, center, width }, index) =>
    item(name, text.corner.window(fixed(center, 0), fixed(width, 0)), index < 9 ? String(index + 1) : '', name === current, () =>
      act('preset.apply', name),
    ),
  );
  return [
    ...presets,
    presets.length > 0 ? element('hr') : element('span'),
    item(toolbar.fileWindow, '', keyLabel('fileWindow'), false, () => act('voi.file')),
    item(toolbar.percentiles, '', '', false, () => act('voi.percentiles')),
    item(toolbar.fullRange, '', '', false, () => act('voi.full')),
    typedWindow(act),
  ];
}

/** @param {Act} act */
function typedWindow(act) {
  const { toolbar } = toolText;
  const field = (/** @type {string} */ label) =>
    element('input', { type: 'text', inputmode: 'decimal', size: 6, 'aria-label': label, placeholder: label, autocomplete: 'off' });
  const center = field(toolbar.center);
  const width = field(toolbar.width);
  const problem = element('p', { class: 'problem', role: 'alert' });
  const apply = element('button', { type: 'submit', class: 'plain' }, toolbar.apply);
  const form = element('form', { class: 'typed-window' }, element('div', {}, center, width, apply), problem);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = [parseNumber(center.value), parseNumber(width.value)];
    if (values[0] === null || values[1] === null || values[1] <= 0) say(problem, toolbar.badNumber);
    else {
      say(problem, '');
      act('voi.set', /** @type {number[]} */ (values));
    }
  });
  return form;
}

/** Rectangles of each layout on a 20 × 14 plan. @type {Record<string, string>} */
const PLANS = {
  '1x1': 'M0 0h20v14h-20z',
  '1x2': 'M0 0h20v14h-20zM10 0v14',
  '2x1': 'M0 0h20v14h-20zM0 7h20',
  '2x2': 'M0 0h20v14h-20zM10 0v14M0 7h20',
  '1x3': 'M0 0h20v14h-20zM6.7 0v14M13.3 0v14',
  '3x3': 'M0 0h20v14h-20zM6.7 0v14M13.3 0v14M0 4.7h20M0 9.3h20',
  mpr: 'M0 0h20v14h-20zM12 0v14M12 7h8',
  'mpr+3d': 'M0 0h20v14h-20zM10 0v14M0 7h20M13 9l2-1 2 1v3l-2 1-2-1z',
};

/**
 * @param {SeriesInfo | null} series
 * @param {StateSnapshot | null} snapshot
 * @param {Act} act
 * @returns {Node[]}
 */
export function layoutMenu(series, snapshot, act) {
  const keys = { '1x1': 'layout1', '1x2': 'layout2', '2x2': 'layout4', mpr: 'layoutMpr', 'mpr+3d': 'layoutMpr3d' };
  return Object.entries(toolText.toolbar.layouts).map(([layout, name]) => {
    const needsVolume = layout.startsWith('mpr') && series !== null && !series.volumetric;
    const reason = needsVolume ? series.not_volumetric || toolText.toolbar.onlyVolumetric : '';
    const key = keyLabel(/** @type {Record<string, string>} */ (keys)[layout] ?? '');
    const made = item(name, '', key, snapshot?.layout === layout, () => act('layout.set', layout));
    made.prepend(svg('svg', { class: 'plan', viewBox: '-1 -1 22 16', 'aria-hidden': 'true' }, svg('path', { d: PLANS[layout] })));
    if (reason) {
      made.disabled = true;
      made.append(element('span', { class: 'reason' }, reason));
    }
    return made;
  });
}

/**
 * @param {StateSnapshot | null} snapshot
 * @param {Act} act
 * @returns {Node[]}
 */
export function volumeMenu(snapshot, act) {
  const current = snapshot?.viewports[snapshot.active]?.preset ?? '';
  const looks = toolText.toolbar.volumePresets.map((name) => item(name, '', '', name === current, () => act('volume.preset', name)));
  const views = Object.entries(toolText.toolbar.views).map(([letter, name]) =>
    item(name, letter, '', false, () => act('volume.view', letter)),
  );
  return [...looks, element('hr'), ...views];
}

/**
 * The buttons that a short row hides.
 * @param {ReadonlyMap<string, HTMLButtonElement>} buttons
 * @param {readonly string[]} names those that may be hidden
 * @returns {Node[]}
 */
export function moreMenu(buttons, names) {
  return names.flatMap((name) => {
    const button = buttons.get(name);
    if (!button || getComputedStyle(button).display !== 'none') return [];
    const isPressed = button.getAttribute('aria-pressed') === 'true';
    const made = item(button.dataset.tip ?? '', '', button.dataset.keys ?? '', isPressed, () => button.click());
    made.prepend(icon(name));
    made.disabled = button.getAttribute('aria-disabled') === 'true';
    return [made];
  });
}

/**
 * @param {string} name
 * @param {string} detail
 * @param {string} key
 * @param {boolean} current
 * @param {() => void} choose
 */
function item(name, detail, key, current, choose) {
  return element(
    'button',
    { type: 'button', class: 'menu-item', 'aria-current': current ? 'true' : false, 'data-closes': true, onclick: choose },
    element('span', { class: 'menu-name' }, name),
    detail ? element('span', { class: 'menu-detail number' }, detail) : null,
    key ? element('kbd', {}, key) : null,
  );
}
