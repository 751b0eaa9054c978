/**
 * Some browsers start no video without a hand, be it muted. The tap that opens a study starts it; where that came too early, or
 * none was made, the reader is asked for one.
 */

import { text } from '../text/en.js';
import { element } from './element.js';

export class TapToStart {
  element = element(
    'button',
    { type: 'button', class: 'stage-tap', hidden: true, 'data-own-pointer': true },
    element('span', {}, text.stage.tap),
  );
  #video;

  /** @param {HTMLVideoElement} video that says `refused` when it was not allowed to play */
  constructor(video) {
    this.#video = video;
    video.addEventListener('refused', () => (this.element.hidden = false));
    video.addEventListener('playing', () => (this.element.hidden = true));
    this.element.addEventListener('click', () => this.start());
  }

  /** To be called in the task of a tap or a key: only there is it allowed. */
  start() {
    this.#video.play().catch(() => {
      // Nothing to play yet, or still not allowed: that is said when there is something to play.
    });
  }
}
