/** A button that opens a small panel under it; closes on choice, Esc, a press elsewhere. One is open at a time. */

import { element } from './element.js';

/** @type {(() => void) | null} */
let closeOpen = null;

/** Closes the panel that is open. @returns {boolean} whether one was */
export function closePopover() {
  if (!closeOpen) return false;
  closeOpen();
  return true;
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => Node[]} content made anew at each opening
 */
export function attachPopover(button, content) {
  button.setAttribute('aria-haspopup', 'true');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    const wasOpen = button.getAttribute('aria-expanded') === 'true';
    closePopover();
    if (!wasOpen) open(button, content());
  });
}

/**
 * @param {HTMLButtonElement} button
 * @param {Node[]} content
 */
function open(button, content) {
  const panel = element('div', { class: 'popover', 'data-own-pointer': true }, ...content);
  document.body.append(panel);
  button.setAttribute('aria-expanded', 'true');
  place(panel, button.getBoundingClientRect());

  /** @param {Event} event */
  const outside = (event) => {
    if (event.target instanceof Node && !panel.contains(event.target) && !button.contains(event.target)) close();
  };
  const close = () => {
    const inside = panel.contains(document.activeElement);
    panel.remove();
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('resize', close);
    closeOpen = null;
    if (inside) button.focus();
  };
  closeOpen = close;
  document.addEventListener('pointerdown', outside, true);
  window.addEventListener('resize', close);
  panel.addEventListener('keydown', (event) => walk(event, panel, close));
  panel.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-closes]')) return;
    close();
    // Chosen by a pointer: the next space bar or Enter is meant for the picture.
    if (event.detail > 0) button.blur();
  });
  panel.querySelector('button')?.focus();
}

/**
 * Never over the patient's name.
 * @param {HTMLElement} panel
 * @param {DOMRect} anchor
 */
function place(panel, anchor) {
  const bar = document.querySelector('fv-patient-bar')?.getBoundingClientRect().bottom ?? 0;
  const highest = bar + 8;
  panel.style.maxHeight = `${Math.round(innerHeight - highest - 8)}px`;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.max(8, Math.min(innerWidth - width - 8, anchor.left));
  const below = anchor.bottom + 4;
  panel.style.left = `${Math.round(left)}px`;
  panel.style.top = `${Math.round(below + height < innerHeight - 8 ? below : Math.max(highest, anchor.top - height - 4))}px`;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} panel
 * @param {() => void} close
 */
function walk(event, panel, close) {
  event.stopPropagation();
  if (event.key === 'Escape') close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  const buttons = /** @type {HTMLButtonElement[]} */ ([...panel.querySelectorAll('button:not(:disabled)')]);
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons.at((at + step) % buttons.length)?.focus();
}
