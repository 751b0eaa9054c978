/** Entry of check.html: tries everything that reading needs on this device, one after the other, and says how it came out. */

import { BROWSER_CHECKS, SCREEN_CHECKS } from './check/browser.js';
import { PICTURE_CHECKS } from './check/pictures.js';
import { reachChecks } from './check/reach.js';
import { asText, counts, rowOf } from './check/row.js';
import { request } from './signaling/http.js';
import { keepTokenOut } from './signaling/sign_in_token.js';
import { text } from './text/en_check.js';
import { element, say } from './ui/element.js';
import { icon } from './ui/icon.js';
import { SignInNotice } from './ui/sign_in_notice.js';

/** @typedef {import('./check/row.js').Row} Row */

const SIGNS = { good: 'check', weak: 'tilde', bad: 'close', told: 'connection' };

class DeviceCheck extends HTMLElement {
  #isSignedIn = false;
  /** @type {Row[]} */
  #rows = [];
  #body = element('tbody');
  #summary = element('p', { role: 'status', class: 'check-summary' });
  #again = element('button', { type: 'button', class: 'plain', onclick: () => void this.#run() }, text.again);
  #copy = element('button', { type: 'button', class: 'plain', onclick: () => void this.#copyAll() }, text.copy);
  #send = element('button', { type: 'button', class: 'plain primary', onclick: () => void this.#sendAll() }, text.send);

  connectedCallback() {
    this.#isSignedIn = this.dataset.signedIn === 'yes';
    const heads = Object.values(text.columns).map((title) => element('th', { scope: 'col' }, title));
    const link = this.#isSignedIn ? ['worklist', text.back] : ['sign-in', text.signIn];
    this.append(
      element(
        'header',
        { class: 'top-bar' },
        element('strong', { class: 'brand' }, text.product),
        element('h1', {}, text.title),
        element('span', { class: 'spring' }),
        element('a', { href: link[0], class: 'plain-link' }, link[1]),
      ),
      element(
        'main',
        { class: 'check-main' },
        element('p', { class: 'quiet' }, text.about),
        this.#summary,
        element('table', {}, element('thead', {}, element('tr', {}, ...heads)), this.#body),
        element('div', { class: 'check-deeds' }, this.#again, this.#copy, this.#isSignedIn && this.#send),
        element('p', { class: 'quiet' }, text.notMedicalDevice),
      ),
    );
    if (this.#isSignedIn) new SignInNotice(() => undefined);
    void this.#run();
  }

  async #run() {
    const buttons = [this.#again, this.#copy, this.#send];
    for (const button of buttons) button.disabled = true;
    say(this.#copy, text.copy);
    say(this.#send, text.send);
    this.#rows = [];
    this.#body.replaceChildren();
    this.dataset.state = 'running';
    say(this.#summary, text.running);
    for (const check of [...BROWSER_CHECKS, ...PICTURE_CHECKS, ...SCREEN_CHECKS, ...reachChecks(this.#isSignedIn)]) {
      const waits = this.#line(check.id, null);
      this.#body.append(waits);
      const row = await rowOf(check, text);
      this.#rows.push(row);
      waits.replaceWith(this.#line(check.id, row));
    }
    this.dataset.state = 'done';
    say(this.#summary, text.done(counts(this.#rows)));
    for (const button of buttons) button.disabled = false;
  }

  /**
   * @param {string} id
   * @param {Row | null} row null while it is tried
   */
  #line(id, row) {
    const outcome = row?.outcome ?? 'waits';
    const sign = row ? icon(SIGNS[row.outcome]) : null;
    return element(
      'tr',
      { 'data-check': id, 'data-outcome': outcome },
      element('th', { scope: 'row' }, titleOf(id)),
      element('td', { class: 'check-outcome' }, sign, text.outcomes[outcome]),
      element('td', {}, row?.words ?? ''),
    );
  }

  async #copyAll() {
    const whole = asText(this.#rows, titleOf, navigator.userAgent, new Date());
    try {
      await navigator.clipboard.writeText(whole);
      say(this.#copy, text.copied);
    } catch {
      say(this.#summary, text.notCopied);
    }
  }

  async #sendAll() {
    this.#send.disabled = true;
    try {
      await request('api/check', { method: 'POST', body: { rows: this.#rows } });
      say(this.#summary, text.sent);
    } catch (error) {
      say(this.#summary, error instanceof Error ? error.message : String(error));
      this.#send.disabled = false;
    }
  }
}

/** @param {string} id */
function titleOf(id) {
  return /** @type {Record<string, {title?: string}>} */ (text.rows)[id]?.title ?? id;
}

customElements.define('fv-check', DeviceCheck);
keepTokenOut();
