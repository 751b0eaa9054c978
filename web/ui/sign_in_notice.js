/** On pages that have no connection by which they hear of it: when the sign-in ends, and signing in again where they are. */

import { request } from '../signaling/http.js';
import { own } from './element.js';
import { SignInAgain } from './sign_in_again.js';

/** As often as the server itself looks. */
const LOOK_MS = 30_000;

export class SignInNotice {
  #line = /** @type {SignInAgain} */ (own(document.createElement('fv-sign-in-again')));
  #told = 'live';

  /** @param {() => void} onSignedIn the reader has signed in again */
  constructor(onSignedIn) {
    this.#line.onSignedIn = () => {
      this.#told = 'live';
      onSignedIn();
    };
    document.body.append(this.#line);
    window.setInterval(() => void this.look(), LOOK_MS);
    document.addEventListener('visibilitychange', () => document.hidden || void this.look());
    void this.look();
  }

  /** Nothing is answered until the reader has signed in again. */
  get isOver() {
    return this.#told === 'lapsed' || this.#told === 'ended';
  }

  async look() {
    // That the server is not reached is no end of the sign-in; it is asked again.
    const said = await request('api/sign-in').catch(() => null);
    if (!said || said.standing === this.#told) return;
    this.#told = said.standing;
    if (said.standing === 'live') this.#line.close();
    else this.#line.ask(said.message, this.isOver);
  }
}
