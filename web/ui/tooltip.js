/** One tooltip for all controls that carry `data-tip` (and `data-keys`): shown on rest of the mouse and on keyboard focus. */

import { element } from './element.js';

const DELAY_MS = 350;

export function installTooltips() {
  const words = element('span');
  const keys = element('kbd');
  const tip = element('div', { class: 'tooltip', role: 'tooltip', hidden: true }, words, keys);
  document.body.append(tip);
  let timer = 0;
  /** @type {HTMLElement | null} */
  let current = null;

  const hide = () => {
    clearTimeout(timer);
    tip.hidden = true;
    current = null;
  };

  /** @param {HTMLElement} target */
  const show = (target) => {
    words.textContent = target.dataset.tip ?? '';
    keys.textContent = target.dataset.keys ?? '';
    keys.hidden = !target.dataset.keys;
    tip.hidden = false;
    // Measured where it has room: at an edge it would be laid out narrow.
    tip.style.left = '0';
    const box = target.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const left = Math.min(innerWidth - width - 8, Math.max(8, box.left + box.width / 2 - width / 2));
    const below = box.bottom + 6;
    tip.style.left = `${Math.round(left)}px`;
    tip.style.top = `${Math.round(below + height < innerHeight ? below : box.top - height - 6)}px`;
  };

  /**
   * @param {Event} event
   * @param {number} delay
   */
  const consider = (event, delay) => {
    const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    if (target === current) return;
    hide();
    if (!(target instanceof HTMLElement) || target.getAttribute('aria-expanded') === 'true') return;
    current = target;
    timer = window.setTimeout(() => show(target), delay);
  };

  document.addEventListener('pointerover', (event) => event.pointerType === 'mouse' && consider(event, DELAY_MS));
  document.addEventListener('focusin', (event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) consider(event, DELAY_MS);
  });
  document.addEventListener('focusout', hide);
  document.addEventListener('pointerdown', hide);
  document.addEventListener('keydown', hide);
  window.addEventListener('blur', hide);
}
