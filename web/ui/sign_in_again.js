/** A line over the page when its sign-in ends: says so, and takes a new token. What is read goes on below it; nothing waits for it. */

import { request } from '../signaling/http.js';
import { tokenOf } from '../signaling/sign_in_token.js';
import { text } from '../text/en_sign_in.js';
import { element, say } from './element.js';

export class SignInAgain extends HTMLElement {
  #words = element('p', { role: 'alert' });
  #input = element('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-label': text.token, placeholder: text.token });
  #submit = element('button', { type: 'submit', class: 'plain primary' }, text.signIn);
  #later = element('button', { type: 'button', class: 'plain', onclick: () => this.close() }, text.later);
  /** The reader is signed in again. @type {() => void} */
  onSignedIn = () => undefined;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.hidden = true;
    this.setAttribute('data-own-pointer', '');
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#send();
    };
    this.append(this.#words, element('form', { onsubmit: send }, this.#input, this.#submit, this.#later));
    // What is typed here is meant for no tool and no list.
    this.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Escape' && !this.#later.hidden) this.close();
    });
  }

  /**
   * It takes no focus: the hand may be at work on the picture.
   * @param {string} message
   * @param {boolean} [isOver] nothing but signing in goes on: it can't be put off
   */
  ask(message, isOver = false) {
    say(this.#words, message);
    this.#later.hidden = isOver;
    this.hidden = false;
  }

  close() {
    this.hidden = true;
    this.#input.value = '';
    this.#input.blur(); // a field that is hidden would swallow the next keys
  }

  async #send() {
    const token = tokenOf(this.#input.value);
    if (!token) {
      say(this.#words, text.noToken);
      return;
    }
    this.#submit.disabled = true;
    try {
      await request('api/sign-in', { method: 'POST', body: { token, again: true } });
      this.close();
      this.onSignedIn();
    } catch (error) {
      say(this.#words, error instanceof Error ? error.message : String(error));
    } finally {
      this.#submit.disabled = false;
    }
  }
}

customElements.define('fv-sign-in-again', SignInAgain);
