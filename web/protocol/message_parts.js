/** Messages that came in parts because they are larger than a data channel carries (twin of signaling/protocol/parts.py). Pure. */

import { decodeControl } from './control_decoder.js';
import { ProtocolError } from './protocol_error.js';

/** @typedef {import('./control.js').ToPage} ToPage */

/** Of one message: 64 MB. */
const MOST_PARTS = 4096;
/** That are not whole yet. */
const MOST_MESSAGES = 8;

export class MessageParts {
  /** @type {Map<number, string[]>} */
  #begun = new Map();

  /**
   * The message that `data` is, or completes; null where parts of it are still to come.
   * @param {string} data
   * @returns {ToPage | null}
   * @throws {ProtocolError}
   */
  take(data) {
    const message = decodeControl(data);
    if (message.type !== 'part') return message;
    const { number, index, count, text } = message;
    const texts = this.#begun.get(number) ?? [];
    // The channel keeps the order: what does not follow is no part of it.
    if (index !== texts.length || index >= count || count > MOST_PARTS) {
      this.#begun.delete(number);
      throw new ProtocolError('malformed', 'A part of a message does not fit to those before it.');
    }
    texts.push(text);
    this.#begun.set(number, texts);
    if (this.#begun.size > MOST_MESSAGES) throw new ProtocolError('malformed', 'Too many messages were begun.');
    if (texts.length < count) return null;
    this.#begun.delete(number);
    const whole = decodeControl(texts.join(''));
    if (whole.type === 'part') throw new ProtocolError('malformed', 'A part of a message holds parts.');
    return whole;
  }
}
