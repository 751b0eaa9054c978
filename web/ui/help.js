/** Keys and gestures on one sheet over the picture; not a dialog: the picture goes on below it. */

import { BINDINGS } from '../input/key_map.js';
import { text } from '../text/en.js';
import { toolText } from '../text/en_tools.js';
import { element } from './element.js';
import { icon } from './icon.js';

export class Help extends HTMLElement {
  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.hidden = true;
    this.tabIndex = -1;
    this.setAttribute('data-own-pointer', '');
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', toolText.help.title);
    const close = element(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': toolText.help.close, onclick: () => this.toggle(false) },
      icon('close'),
    );
    const keys = BINDINGS.map(({ name, label }) => [nameOf(name), label]);
    this.append(
      element('header', {}, element('h2', {}, toolText.help.title), close),
      element(
        'div',
        { class: 'help-columns' },
        table(toolText.help.handsTitle, toolText.help.hands, false),
        table(toolText.help.keysTitle, keys.slice(0, Math.ceil(keys.length / 2)), true),
        table('', keys.slice(Math.ceil(keys.length / 2)), true),
      ),
      element('p', { class: 'quiet' }, toolText.help.about),
      element('p', {}, element('a', { class: 'text-link', href: 'check', target: '_blank' }, toolText.help.check)),
      element('p', { class: 'quiet' }, text.notMedicalDevice),
    );
  }

  /** @param {boolean} [show] */
  toggle(show = this.hidden) {
    this.hidden = !show;
    if (show) this.focus({ preventScroll: true });
  }
}

/** @param {string} name */
function nameOf(name) {
  return /** @type {Record<string, string>} */ (toolText.keys)[name] ?? name;
}

/**
 * @param {string} title
 * @param {readonly (readonly string[])[]} rows
 * @param {boolean} keys
 */
function table(title, rows, keys) {
  const body = rows.map(([what, how]) =>
    element('tr', {}, element('th', { scope: 'row' }, what), element('td', {}, keys ? element('kbd', {}, how) : how)),
  );
  return element('section', {}, element('h3', {}, title || '\u00a0'), element('table', {}, element('tbody', {}, ...body)));
}

customElements.define('fv-help', Help);
