/** Undo and redo of marks: a step that would change a mark out of sight waits until it is asked for again. Pure but for what it is given. */

import { toolText } from '../text/en_tools.js';

/** @typedef {import('../protocol/control.js').Notice} Notice */

const WAITING = /^(undo|redo)-elsewhere$/;

export class MarkSteps {
  #commander;
  #messages;
  #reading;
  /** What the host has said of a step that waits. @type {{verb: string, mark: string, words: string, version: number} | null} */
  #asked = null;

  /**
   * @param {Pick<import('./commander.js').Commander, 'command' | 'goToImage'>} commander
   * @param {Pick<import('../ui/message_bar.js').MessageBar, 'say' | 'says' | 'unsay' | 'notice'>} messages
   * @param {{seriesIn: (viewport: number) => number, version: () => number}} reading what a viewport shows, and of the marks' document
   */
  constructor(commander, messages, reading) {
    this.#commander = commander;
    this.#messages = messages;
    this.#reading = reading;
  }

  /**
   * The host is told the mark only while the reader can read which one it is: of any other it asks anew.
   * @param {'undo' | 'redo'} verb
   */
  step(verb) {
    const asked = this.#asked;
    this.#asked = null;
    const isTold = asked !== null && asked.verb === verb && this.#messages.says(asked.words);
    this.#commander.command(verb, isTold ? asked.mark : null);
  }

  /** @param {Notice} notice */
  told(notice) {
    const { code, message, mark, viewport } = notice;
    const verb = WAITING.exec(code)?.[1];
    if (!verb) {
      this.#messages.notice(notice);
      return;
    }
    this.#asked = { verb, mark, words: message, version: this.#reading.version() };
    const offer = viewport >= 0 ? { label: toolText.marks.show, take: () => this.#show(notice) } : null;
    this.#messages.say('warning', message, offer);
  }

  /** The marks are new: what waited is no longer what the next press would do. */
  marked() {
    if (this.#asked === null || this.#asked.version === this.#reading.version()) return;
    this.#messages.unsay(this.#asked.words);
    this.#asked = null;
  }

  /** @param {Notice} notice */
  #show({ viewport, series, image }) {
    if (this.#reading.seriesIn(viewport) !== series) this.#commander.command('series.set', series, viewport);
    this.#commander.goToImage(viewport, image);
  }
}
