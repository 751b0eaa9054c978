/** What a browser lacks for Farview's pictures, in words. */

import { text } from '../text/en_seat.js';
import { lacking } from './abilities.js';

/** @returns {string} a sentence that says what is missing, or nothing */
export function whatIsMissing() {
  const lack = lacking();
  return lack && text.browser[lack];
}
