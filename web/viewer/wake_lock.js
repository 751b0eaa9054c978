/** Keeps the screen on while a study is shown (W3C Screen Wake Lock). Silent where the browser has none, or refuses. */

export class WakeLock {
  #page;
  #wakeLock;
  #wanted = false;
  /** @type {WakeLockSentinel | null} */
  #held = null;
  #asking = false;

  /**
   * @param {Document} [page]
   * @param {Pick<globalThis.WakeLock, 'request'> | undefined} [wakeLock] the browser's
   */
  constructor(page = document, wakeLock = globalThis.navigator?.wakeLock) {
    this.#page = page;
    this.#wakeLock = wakeLock;
    // The browser takes it back from a page that is hidden.
    page.addEventListener('visibilitychange', () => void this.#ask());
  }

  hold() {
    this.#wanted = true;
    void this.#ask();
  }

  release() {
    this.#wanted = false;
    void this.#held?.release();
    this.#held = null;
  }

  async #ask() {
    if (!this.#wanted || !this.#wakeLock || this.#page.hidden || this.#asking) return;
    if (this.#held && !this.#held.released) return;
    this.#asking = true;
    try {
      const held = await this.#wakeLock.request('screen');
      if (this.#wanted) this.#held = held;
      else void held.release();
    } catch {
      this.#held = null; // low battery, or not allowed: the screen may go dark, as it would without us
    } finally {
      this.#asking = false;
    }
  }
}

