/** Key presses in the viewer → actions. Text fields keep their keys; the space bar is held, not pressed. */

import { bindingFor } from '../input/key_map.js';

/** @typedef {import('../input/key_map.js').Binding} Binding */

/**
 * @typedef {object} KeyEvents
 * @property {() => boolean} active whether the viewer is what the reader looks at
 * @property {(binding: Binding, digit: number) => void} key
 * @property {(held: boolean) => void} space
 */

/** @param {KeyEvents} events */
export function installKeyboard({ active, key, space }) {
  document.addEventListener('keydown', (event) => {
    if (!active() || isTyping(event.target)) return;
    if (event.code === 'Space' && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      space(true);
      return;
    }
    const found = bindingFor(event);
    if (!found) return;
    // Enter on a button presses the button.
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button, a')) return;
    event.preventDefault();
    key(found.binding, found.digit);
  });
  document.addEventListener('keyup', (event) => {
    if (event.code === 'Space') space(false);
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
