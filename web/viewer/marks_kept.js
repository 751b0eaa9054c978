/** That marks are not saved is said as long as it is true, whatever else is said meanwhile. */

/** So long may an ordinary save take, ms. */
const SLOW_MS = 2_000;

export class MarksKept {
  #bar;
  #messages;
  #stands = false;
  #problem = '';
  #timer = 0;

  /**
   * @param {{notSaved: (stands: boolean, problem: string) => void}} bar where it stands
   * @param {Pick<import('../ui/message_bar.js').MessageBar, 'say' | 'unsay'>} messages where what went wrong is said when it does
   */
  constructor(bar, messages) {
    this.#bar = bar;
    this.#messages = messages;
  }

  /** @param {Pick<import('../protocol/control.js').MarksDocument, 'saved' | 'problem'> | null} marks as last said; null = of no study */
  told(marks) {
    if (!marks || marks.saved) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#messages.unsay(this.#problem);
      this.#stand(false, '');
      return;
    }
    if (marks.problem && marks.problem !== this.#problem) this.#messages.say('error', marks.problem);
    if (marks.problem || this.#stands) this.#stand(true, marks.problem);
    else this.#timer ||= window.setTimeout(() => this.#stand(true, ''), SLOW_MS);
  }

  /**
   * @param {boolean} stands
   * @param {string} problem
   */
  #stand(stands, problem) {
    this.#stands = stands;
    this.#problem = problem;
    this.#bar.notSaved(stands, problem);
  }
}
