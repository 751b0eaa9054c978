/** Why a picture is not live and what comes next, in words, as long as it lasts. Pure. */

import { text } from '../text/en.js';

/**
 * @typedef {object} NotLive
 * @property {import('../seat/phase.js').Phase} phase
 * @property {boolean} isOld the picture is that of a seat before
 * @property {string} renderer what the host says of a renderer that does not draw; nothing = it does
 * @property {string} trouble what is in the way of a seat; nothing = that is not known
 * @property {string} host the name of the host; nothing = there is none
 */

/**
 * @param {NotLive} standing
 * @returns {string} sentences; nothing where it is said elsewhere
 */
export function notLiveWords({ phase, isOld, renderer, trouble, host }) {
  if (renderer) return sentence(renderer);
  if (phase === 'failed') return '';
  if (phase === 'stale') return sentence(trouble || text.seat.silent(host));
  return phase === 'live' && !isOld ? '' : sentence(trouble || text.live.reconnecting);
}

/**
 * With its full stop.
 * @param {string} words
 */
function sentence(words) {
  return words === '' || /[.!?]$/.test(words) ? words : `${words}.`;
}
