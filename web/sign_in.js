/**
 * Entry of sign-in.html: signs in by the token in the address's fragment, or by one that is typed. The token leaves the address
 * at once, and the browser only in the body of a request.
 */

import { request } from './signaling/http.js';
import { takeToken, tokenOf } from './signaling/sign_in_token.js';
import { text } from './text/en_sign_in.js';

const words = document.querySelector('[role=status]');
const field = document.querySelector('input');
const button = document.querySelector('button');

/** @param {string} sentence */
function say(sentence) {
  if (words) words.textContent = sentence;
}

/** @param {string} token */
async function signIn(token) {
  say(text.under);
  if (button) button.disabled = true;
  try {
    await request('api/sign-in', { method: 'POST', body: { token } });
    location.replace(location.href); // the page that was asked for, now that its reader is known
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    if (button) button.disabled = false;
  }
}

/** By the address, where it holds a token: also one that is put in while the page stands, which loads nothing anew. */
function byAddress() {
  const token = takeToken();
  if (token) void signIn(token);
}

document.querySelector('form')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const token = tokenOf(field?.value ?? '');
  if (token) void signIn(token);
  else say(text.noToken);
});
window.addEventListener('hashchange', byAddress);
if (button) button.disabled = false;
byAddress();
