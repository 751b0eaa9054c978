/** The worklist, whose script comes late: what it must be told meanwhile is kept, the newest of each kind, in order. Pure. */

/** @template L */
export class Coming {
  #load;
  /** @type {L | null} */
  #list = null;
  /** @type {Promise<L> | null} */
  #promise = null;
  /** @type {Map<string, (list: L) => void>} */
  #kept = new Map();

  /** @param {() => Promise<L>} load fetches it; rejected where it does not come, and then asked again when it is wanted again */
  constructor(load) {
    this.#load = load;
  }

  /** It, or null while it is not there. */
  get here() {
    return this.#list;
  }

  /**
   * Now, or when it is there: then only what was said last under each name.
   * @param {string} name
   * @param {(list: L) => void} say
   */
  tell(name, say) {
    if (this.#list) {
      say(this.#list);
      return;
    }
    this.#kept.delete(name);
    this.#kept.set(name, say);
  }

  /** It is wanted. @returns {Promise<L>} when it is there and has been told all */
  come() {
    this.#promise ??= this.#load().then(
      (list) => {
        this.#list = list;
        const kept = [...this.#kept.values()];
        this.#kept.clear();
        for (const say of kept) say(list);
        return list;
      },
      (error) => {
        this.#promise = null;
        throw error;
      },
    );
    return this.#promise;
  }
}
