/** A small field over the active viewport: type an image number, Enter goes there, Esc leaves. */

import { toolText } from '../text/en_tools.js';
import { element, say } from './element.js';

export class GoToImage extends HTMLElement {
  #input = element('input', { type: 'text', inputmode: 'numeric', size: 5, autocomplete: 'off', class: 'number' });
  #of = element('span', { class: 'number' });
  #images = 0;
  /** @type {((image: number) => void) | null} */
  #go = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.hidden = true;
    this.setAttribute('data-own-pointer', '');
    this.append(element('label', {}, element('span', {}, toolText.goTo.label), this.#input), this.#of);
    this.#input.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter') this.#take();
      if (event.key === 'Escape') this.close();
    });
    this.#input.addEventListener('blur', () => this.close());
  }

  /**
   * @param {number} image 1-based
   * @param {number} images
   * @param {(image: number) => void} go
   */
  ask(image, images, go) {
    this.#images = images;
    this.#go = go;
    this.hidden = false;
    say(this.#of, toolText.goTo.of(images));
    this.#input.setCustomValidity('');
    this.#input.value = String(image);
    this.#input.select();
    this.#input.focus();
  }

  /** The field that is hidden keeps no focus: it would swallow the next keys. */
  close() {
    this.hidden = true;
    this.#go = null;
    this.#input.blur();
  }

  #take() {
    const image = Number(this.#input.value.trim());
    if (Number.isInteger(image) && image >= 1 && image <= this.#images) {
      this.#go?.(image);
      this.close();
    } else {
      say(this.#of, toolText.goTo.bad(this.#images));
      this.#input.select();
    }
  }
}

customElements.define('fv-go-to-image', GoToImage);
