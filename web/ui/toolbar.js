/** The tools: one row of buttons under the patient bar, or above the thumb on touch. Every gesture and key has a button here. */

import { keyLabel } from '../input/key_map.js';
import { text } from '../text/en.js';
import { toolText } from '../text/en_tools.js';
import { element } from './element.js';
import { icon } from './icon.js';
import { attachPopover } from './popover.js';
import './tool_icons.js';
import { layoutMenu, moreMenu, presetMenu, volumeMenu } from './toolbar_menus.js';

/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */
/** @typedef {import('../protocol/control.js').StateSnapshot} StateSnapshot */
/** @typedef {import('../protocol/records.js').SeriesInfo} SeriesInfo */
/** @typedef {(action: string, value?: CommandValue) => void} Act */

const TOOLS = /** @type {const} */ (['scroll', 'window', 'pan', 'zoom', 'crosshair', 'length', 'probe', 'rotate']);
const ACTIONS = /** @type {const} */ ([
  ['invert', 'invert'],
  ['fit', 'fit'],
  ['oneToOne', 'one_to_one'],
  ['flip', 'flip'],
  ['turn', 'rotate'],
  ['interpolation', 'page.interpolation'],
  ['reset', 'reset'],
  ['undo', 'undo'],
  ['redo', 'redo'],
  ['deleteMark', 'page.deleteMark'],
]);
/** What goes into the menu "more" where the row is too short, the lesser things first. @type {Record<string, string>} */
const TIERS = {
  fit: 'secondary',
  oneToOne: 'secondary',
  flip: 'secondary',
  turn: 'secondary',
  interpolation: 'secondary',
  deleteMark: 'secondary',
  probe: 'tertiary',
  invert: 'tertiary',
  redo: 'tertiary',
  undo: 'tertiary',
  pan: 'last',
  zoom: 'last',
  crosshair: 'last',
  reset: 'last',
};

export class Toolbar extends HTMLElement {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  /** @type {Act} */
  #act = () => undefined;
  /** @type {StateSnapshot | null} */
  #snapshot = null;
  /** @type {SeriesInfo | null} */
  #series = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.setAttribute('role', 'toolbar');
    this.setAttribute('aria-label', toolText.toolbar.label);
    const menus = [
      this.#menu('presets', () => presetMenu(this.#series, this.#snapshot, this.#act)),
      this.#menu('layout', () => layoutMenu(this.#series, this.#snapshot, this.#act)),
      this.#menu('volume', () => volumeMenu(this.#snapshot, this.#act)),
    ];
    const tools = TOOLS.map((tool) => this.#button(tool, toolText.tools[tool], () => this.#act('tool.set', tool)));
    const actions = ACTIONS.map(([name, action]) => this.#button(name, toolText.toolbar[name], () => this.#act(action)));
    const more = this.#menu('more', () => moreMenu(this.#buttons, Object.keys(TIERS)));
    this.append(group(tools), group(menus), group([...actions, more]));
    for (const tool of TOOLS) this.#buttons.get(tool)?.setAttribute('aria-pressed', 'false');
    this.update(null, null, false, false);
  }

  /** @param {Act} act */
  connect(act) {
    this.#act = act;
  }

  /**
   * @param {StateSnapshot | null} snapshot
   * @param {SeriesInfo | null} series of the active viewport
   * @param {boolean} live nothing may be done to a picture that is not live
   * @param {boolean} selected whether a mark is selected
   */
  update(snapshot, series, live, selected) {
    this.#snapshot = snapshot;
    this.#series = series;
    const viewport = snapshot?.viewports[snapshot.active];
    const isVolume = viewport?.kind === 'volume';
    const can = live && snapshot !== null;
    for (const tool of TOOLS) {
      const button = this.#buttons.get(tool);
      button?.setAttribute('aria-pressed', String(snapshot?.tool === tool));
      this.#enable(tool, can, '');
    }
    const rotate = this.#buttons.get('rotate');
    if (rotate) rotate.hidden = !snapshot?.viewports.some((entry) => entry.kind === 'volume');
    const volume = this.#buttons.get('volume');
    if (volume) volume.hidden = !isVolume;
    for (const name of ['presets', 'layout', 'volume', 'more', 'invert', 'fit', 'interpolation', 'reset']) {
      this.#enable(name, can, '');
    }
    this.#enable('oneToOne', can && !isVolume, '');
    const turns = can && viewport?.kind === 'stack' && (series?.projection ?? false);
    this.#enable('flip', turns, can ? toolText.toolbar.onlyProjection : '');
    this.#enable('turn', turns, can ? toolText.toolbar.onlyProjection : '');
    this.#enable('undo', can && snapshot.can_undo, can ? toolText.toolbar.nothingToUndo : '');
    this.#enable('deleteMark', can && selected, can ? toolText.marks.delete : '');
    this.#enable('redo', can && snapshot.can_redo, can ? toolText.toolbar.nothingToRedo : '');
    const interpolation = text.interpolations[snapshot?.interpolation ?? ''];
    const button = this.#buttons.get('interpolation');
    if (button) button.dataset.tip = [toolText.toolbar.interpolation, interpolation].filter(Boolean).join(': ');
  }

  /**
   * Disabled buttons stay reachable, so that their tooltip can say why.
   * @param {string} name
   * @param {boolean} can
   * @param {string} reason
   */
  #enable(name, can, reason) {
    const button = this.#buttons.get(name);
    if (!button) return;
    button.setAttribute('aria-disabled', String(!can));
    const plain = button.getAttribute('aria-label') ?? '';
    button.dataset.tip = can || !reason ? plain : `${plain}: ${reason}`;
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {() => void} press
   */
  #button(name, label, press) {
    const button = element(
      'button',
      {
        type: 'button',
        class: ['tool', TIERS[name]].filter(Boolean).join(' '),
        'aria-label': label,
        'data-tip': label,
        'data-keys': keyLabel(name),
        'data-tool': name,
        onclick: () => {
          if (button.getAttribute('aria-disabled') !== 'true') press();
        },
      },
      icon(name),
    );
    this.#buttons.set(name, button);
    return button;
  }

  /**
   * @param {'presets' | 'layout' | 'volume' | 'more'} name
   * @param {() => Node[]} content
   */
  #menu(name, content) {
    const button = this.#button(name, toolText.toolbar[name], () => undefined);
    button.classList.add('menu', name);
    if (name !== 'more') button.append(icon('down'));
    attachPopover(button, () => (button.getAttribute('aria-disabled') === 'true' ? [] : content()));
    return button;
  }
}

/** @param {HTMLElement[]} buttons */
function group(buttons) {
  return element('div', { class: 'tool-group' }, ...buttons);
}

customElements.define('fv-toolbar', Toolbar);
