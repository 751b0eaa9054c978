/** Entry of admin.html: the render hosts, live, and a key for a new one. */

import { HttpError, request } from './signaling/http.js';
import { keepTokenOut } from './signaling/sign_in_token.js';
import { text } from './text/en.js';
import { adminText } from './text/en_admin.js';
import { DeviceChecks } from './ui/device_checks.js';
import { element, say } from './ui/element.js';
import { HostRowView } from './ui/host_rows.js';
import { icon } from './ui/icon.js';
import './ui/list_icons.js';
import { MessageBar } from './ui/message_bar.js';
import { SignInNotice } from './ui/sign_in_notice.js';
import { installTooltips } from './ui/tooltip.js';

/** @typedef {import('./protocol/records.js').HostRow} HostRow */

const POLL_MS = 2_000;
/** Results of device checks come rarely: they are asked for each so many polls. */
const CHECKS_EACH = 5;

class Admin extends HTMLElement {
  /** @type {Map<string, HostRowView>} */
  #rows = new Map();
  #body = element('tbody');
  #invitation = element('section', { class: 'new-host', hidden: true });
  #empty = element('p', { class: 'quiet', hidden: true }, adminText.empty);
  #messages = /** @type {MessageBar} */ (document.createElement('fv-message-bar'));
  #invited = '';
  #checks = new DeviceChecks();
  #polls = 0;
  /** @type {EventSource | null} */
  #events = null;
  #signIn = new SignInNotice(() => this.#signedIn());
  /** Whether what is said is that the hosts could not be asked for. */
  #isCutOff = false;

  connectedCallback() {
    installTooltips();
    const { columns } = adminText;
    const head = Object.values(columns).map((title) => element('th', { scope: 'col' }, title));
    const name = element('input', { type: 'text', name: 'name', placeholder: adminText.name, 'aria-label': adminText.name, maxlength: 64 });
    const form = element(
      'form',
      {},
      name,
      element('button', { type: 'submit', class: 'plain primary' }, icon('plus'), adminText.add),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#invite(name.value);
    });
    this.append(
      element(
        'header',
        { class: 'top-bar' },
        element('strong', { class: 'brand' }, text.product),
        element('h1', {}, adminText.title),
        element('span', { class: 'spring' }),
        element('a', { href: 'worklist', class: 'plain-link' }, icon('list'), adminText.worklist),
      ),
      element(
        'main',
        { class: 'admin-main' },
        element('div', { class: 'admin-tools' }, form),
        this.#invitation,
        element(
          'div',
          { class: 'admin-table' },
          element('table', {}, element('thead', {}, element('tr', {}, ...head)), this.#body),
        ),
        this.#empty,
        this.#checks.element,
      ),
      this.#messages,
    );
    this.#listen();
    window.setInterval(() => void this.#poll(), POLL_MS);
    void this.#poll();
  }

  /** Changes come at once by server-sent events; the polling keeps the load figures moving. */
  #listen() {
    this.#events?.close();
    const events = (this.#events = new EventSource('api/admin/events'));
    events.addEventListener('hosts', ({ data }) => this.#show(JSON.parse(data).hosts));
  }

  #signedIn() {
    this.#listen(); // the one before is closed, or ends
    void this.#poll();
  }

  async #poll() {
    if (this.#signIn.isOver) return;
    try {
      this.#show((await request('api/admin/hosts')).hosts);
      if (this.#polls++ % CHECKS_EACH === 0) this.#checks.show((await request('api/admin/checks')).checks);
      if (this.#isCutOff) this.#messages.clear();
      this.#isCutOff = false;
    } catch (error) {
      if (error instanceof HttpError && error.status === 401) await this.#signIn.look();
      if (!this.#signIn.isOver) this.#fail(error);
      this.#isCutOff = true;
    }
  }

  /** @param {unknown} error stays until something else is said */
  #fail(error) {
    this.#isCutOff = false;
    this.#messages.say('error', error instanceof Error ? error.message : String(error));
  }

  /** @param {HostRow[]} hosts */
  #show(hosts) {
    this.#empty.hidden = hosts.length > 0;
    for (const [id, row] of this.#rows) {
      if (hosts.some(({ host }) => host === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    for (const host of hosts) {
      let row = this.#rows.get(host.host);
      if (!row) {
        row = new HostRowView((target, deed) => void this.#act(target, deed));
        this.#rows.set(host.host, row);
        this.#body.append(row.element);
      }
      row.update(host);
      if (host.host === this.#invited && host.state === 'ready') this.#dialledIn(host.name);
    }
  }

  /**
   * @param {HostRow} host
   * @param {import('./ui/host_rows.js').Deed} deed
   */
  async #act({ host }, deed) {
    const path = `api/admin/hosts/${encodeURIComponent(host)}`;
    try {
      if (deed === 'remove') await request(path, { method: 'DELETE' });
      else await request(`${path}/${deed}`, { method: 'POST' });
      await this.#poll();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {string} name */
  async #invite(name) {
    try {
      const { host, command } = await request('api/admin/hosts', { method: 'POST', body: { name } });
      this.#invited = host;
      const code = element('code', {}, command);
      const copy = element('button', { type: 'button', class: 'plain' }, icon('copy'), adminText.copy);
      copy.addEventListener('click', () => void this.#copy(code, copy));
      const done = element('button', { type: 'button', class: 'plain', onclick: () => (this.#invitation.hidden = true) }, adminText.done);
      this.#invitation.classList.remove('connected');
      this.#invitation.hidden = false;
      this.#invitation.replaceChildren(
        element('p', {}, adminText.command),
        code,
        element('div', { class: 'row' }, copy, done, element('span', { class: 'quiet' }, adminText.waiting(name || host))),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * @param {HTMLElement} code
   * @param {HTMLElement} button
   */
  async #copy(code, button) {
    try {
      await navigator.clipboard.writeText(code.textContent ?? '');
      say(button, adminText.copied);
    } catch {
      // Over plain HTTP there is no clipboard, and it may be forbidden.
      getSelection()?.selectAllChildren(code);
      this.#isCutOff = false;
      this.#messages.say('warning', adminText.notCopied);
    }
  }

  /** @param {string} name */
  #dialledIn(name) {
    this.#invited = '';
    this.#invitation.classList.add('connected');
    const sign = element('span', { class: 'host-state', 'data-tone': 'good' }, icon('check'), adminText.connected(name));
    const done = element('button', { type: 'button', class: 'plain', onclick: () => (this.#invitation.hidden = true) }, adminText.done);
    this.#invitation.replaceChildren(element('div', { class: 'row' }, sign, done));
  }
}

customElements.define('fv-admin', Admin);
keepTokenOut();
