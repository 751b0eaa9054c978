/** Text of the `control` channel → message. Unknown fields are kept, an unknown type is an error. Pure. */

import { ProtocolError } from './protocol_error.js';

/** @typedef {import('./control.js').ToPage} ToPage */

/** The fields without which a message of this type means nothing. @type {Readonly<Record<string, readonly string[]>>} */
const REQUIRED = {
  hello: ['max_width', 'max_height'],
  opening: ['request', 'stage'],
  opened: ['request', 'session', 'epoch', 'study', 'series'],
  'open.failed': ['request', 'code', 'message'],
  state: ['epoch', 'revision', 'layout', 'viewports', 'active', 'tool'],
  'image.terms': ['epoch', 'series', 'first', 'terms'],
  progress: ['epoch', 'series', 'present', 'total'],
  thumbnail: ['epoch', 'series', 'png'],
  marks: ['epoch', 'version', 'marks'],
  'mark.draft': ['epoch', 'mark'],
  'marks.saved': ['epoch', 'saved'],
  applied: ['id', 'revision'],
  rejected: ['id', 'code', 'message'],
  notice: ['level', 'code', 'message'],
  renderer: ['state'],
  probe: ['revision', 'viewport', 'x', 'y', 'text'],
  moved: ['message'],
  still: ['still', 'epoch', 'revision', 'rtp', 'method', 'width', 'height', 'coded', 'channels', 'sha256', 'description'],
  'still.withdrawn': ['still'],
  record: ['sha256', 'record'],
  part: ['number', 'index', 'count', 'text'],
};

/**
 * @param {string} data
 * @returns {ToPage}
 * @throws {ProtocolError}
 */
export function decodeControl(data) {
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    throw new ProtocolError('malformed', 'The message is not valid JSON.');
  }
  const type = message?.type;
  if (typeof type !== 'string') throw new ProtocolError('malformed', 'The message has no type.');
  const required = Object.hasOwn(REQUIRED, type) ? REQUIRED[type] : null;
  if (!required) throw new ProtocolError('unknown-type', 'A message of an unknown type.');
  const missing = required.find((field) => message[field] === undefined);
  if (missing) throw new ProtocolError('malformed', `The message "${type}" lacks "${missing}".`);
  return message;
}
