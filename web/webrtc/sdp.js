/** Small changes to session descriptions. Pure. */

/**
 * Asks the browser's receiver to wait only `ms` for a retransmission before it asks for a key frame (RFC 4588 rtx-time).
 * @param {string} sdp
 * @param {number} ms
 */
export function withRtxTime(sdp, ms) {
  return sdp.replace(/(a=fmtp:\d+ apt=\d+)(?!.*rtx-time)/g, `$1;rtx-time=${ms}`);
}
