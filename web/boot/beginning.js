/**
 * What a page begins before any other file of it has come: the socket to the server; and where its address names a study, a request for
 * a seat and that study goes with the opening of the socket, so that the host's offer follows at once.
 */

import { PROTOCOL_VERSION } from '../protocol/limits.js';
import { saidBy } from '../protocol/page_subprotocols.js';
import { socketAddress } from '../protocol/socket_address.js';
import { lacking } from '../webrtc/abilities.js';
import { makeCertificate } from '../webrtc/certificate.js';
import { openMessage } from './open_message.js';
import { isRead, makeRoom, pictureArea } from './place.js';

/** @typedef {{message: import('./open_message.js').OpenMessage, asked: import('./open_message.js').Asked}} Ahead */
/** What goes with the opening. @typedef {{request: string, ahead: Ahead, protocols: string[]}} Asking */

/**
 * @typedef {object} Begun
 * @property {WebSocket} socket
 * @property {string[]} heard what the server has said on it
 * @property {ReturnType<typeof makeCertificate>} certificate it fails where there can be no seat
 * @property {string} request the seat's that was asked for with the opening, after hello; nothing where none was
 * @property {Ahead | null} ahead the study that was asked for with it
 */

/**
 * @param {string} page the tab's id
 * @param {import('../protocol/records.js').StudyReference | null} reference the study of the page's address
 * @returns {Promise<Begun>} it does not fail
 */
export async function begin(page, reference) {
  const certificate = makeCertificate();
  // Whoever needs it is told that there is none.
  certificate.catch(() => undefined);
  /** @type {Asking | null} */
  let asking = null;
  if (reference?.archive && !lacking()) {
    // The rest of the page, in which the picture has its place, is read meanwhile; or not yet.
    asking = await Promise.all([certificate, isRead(document)]).then(
      ([{ fingerprint }]) => askFor(page, reference, fingerprint),
      () => null,
    );
  }
  const socket = new WebSocket(socketAddress('ws/page'), asking?.protocols ?? []);
  /** @type {string[]} */
  const heard = [];
  socket.onmessage = ({ data }) => heard.push(String(data));
  return { socket, heard, certificate, request: asking?.request ?? '', ahead: asking?.ahead ?? null };
}

/**
 * @param {string} page
 * @param {import('../protocol/records.js').StudyReference} reference
 * @param {string} fingerprint
 * @returns {Asking | null} null where the picture's place is not known, or the address is too long: then it is asked for on the socket
 */
function askFor(page, reference, fingerprint) {
  makeRoom(document);
  const asked = pictureArea(document);
  if (!asked) return null;
  const message = openMessage(reference, 1, asked);
  const request = `webrtc-${Date.now().toString(36)}-0`;
  const { archive } = reference;
  const protocols = saidBy([
    { type: 'hello', protocol: PROTOCOL_VERSION, page },
    { type: 'seat.request', request, fingerprint, archive, first: [message], transport: 'webrtc' },
  ]);
  return protocols && { request, ahead: { message, asked }, protocols };
}
