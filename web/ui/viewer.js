/** The viewer: patient bar, tools, series, picture. Its root says in its data attributes how things stand, for people and programs. */

import { layOut } from '../boot/place.js';
import { text } from '../text/en.js';
import { Badge } from './badge.js';
import { element, own } from './element.js';
import { icon } from './icon.js';
import { MessageBar } from './message_bar.js';
import { PatientBar } from './patient_bar.js';
import { Stage } from './stage.js';

/** @typedef {import('./go_to_image.js').GoToImage} GoToImage */
/** @typedef {import('./help.js').Help} Help */
/** @typedef {import('./series_strip.js').SeriesStrip} SeriesStrip */
/** @typedef {import('./stats_panel.js').StatsPanel} StatsPanel */
/** @typedef {import('./toolbar.js').Toolbar} Toolbar */

/** Lays the parts out; what they do is the business of viewer/viewing.js. Of the tools there are only the places before their script comes. */
export class Viewer extends HTMLElement {
  bar = /** @type {PatientBar} */ (own(document.createElement('fv-patient-bar')));
  badge = /** @type {Badge} */ (own(document.createElement('fv-badge')));
  toolbar = /** @type {Toolbar} */ (own(document.createElement('fv-toolbar')));
  strip = /** @type {SeriesStrip} */ (own(document.createElement('fv-series-strip')));
  stage = /** @type {Stage} */ (own(document.createElement('fv-stage')));
  messages = /** @type {MessageBar} */ (own(document.createElement('fv-message-bar')));
  help = /** @type {Help} */ (own(document.createElement('fv-help')));
  stats = /** @type {StatsPanel} */ (own(document.createElement('fv-stats')));
  goTo = /** @type {GoToImage} */ (own(document.createElement('fv-go-to-image')));
  /** The tools, once they are more than places. @type {{toolbar: Toolbar, strip: SeriesStrip, goTo: GoToImage} | null} */
  tools = null;
  #help = this.#barButton('help', text.bar.help, 'H', () => this.help.toggle());
  /** @type {() => void} */
  onBack = () => undefined;
  /** @type {(steps: 1 | -1) => void} */
  onStep = () => undefined;

  connectedCallback() {
    if (this.bar.isConnected) return;
    this.replaceChildren(); // the empty frame that held the picture's place
    this.dataset.session = 'connecting';
    const stageBox = element('div', { class: 'stage-box' }, this.stage, this.goTo, this.help, this.stats);
    this.append(this.bar, this.toolbar, this.strip, stageBox, this.messages);
    const back = this.#barButton('list', text.bar.back, 'Shift L', () => this.onBack());
    const toggle = this.#barButton('strip', text.bar.strip, '', () => this.toggleStrip());
    this.bar.start.append(back, toggle);
    this.#help.disabled = true;
    for (const panel of [this.goTo, this.help, this.stats]) panel.hidden = true;
    this.bar.end.append(this.badge, this.#help);
    layOut(this);
    this.addEventListener('click', (event) => this.#letGo(event));
  }

  /** A button pressed by a pointer keeps no focus: the next space bar or Enter is meant for the picture. @param {MouseEvent} event */
  #letGo(event) {
    const { activeElement } = document;
    if (event.detail > 0 && activeElement instanceof HTMLButtonElement && this.contains(activeElement)) activeElement.blur();
  }

  /** The tools' script has come: their elements are theirs now. */
  equip() {
    const { toolbar, strip, goTo } = this;
    this.tools = { toolbar, strip, goTo };
    this.#help.disabled = false;
  }

  /** @param {Parameters<StatsPanel['connect']>[0]} does */
  connectStats({ toggled, ...does }) {
    this.badge.connect(() => this.stats.toggle());
    // Who leaves the panel by a key is where the panel was opened.
    this.stats.addEventListener('keydown', ({ key }) => key === 'Escape' && this.badge.reach());
    this.stats.connect({
      ...does,
      toggled: (isOpen) => {
        this.badge.expanded = isOpen;
        toggled(isOpen);
      },
    });
  }

  toggleStrip() {
    this.classList.toggle('no-strip');
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} keys
   * @param {() => void} press
   */
  #barButton(name, label, keys, press) {
    const attributes = { type: 'button', class: 'icon-button', 'aria-label': label, 'data-tip': label, 'data-keys': keys };
    return element('button', { ...attributes, onclick: press }, icon(name));
  }
}

customElements.define('fv-viewer', Viewer);
