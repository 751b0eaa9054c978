/** Small changes to session descriptions. Pure. */

/**
 * Asks the browser's receiver to wait only `ms` for a retransmission before it asks for a key frame (RFC 4588 rtx-time).
 * @param {string} sdp
 * @param {number} ms
 */
export function withRtxTime(sdp, ms) {
  return sdp.replace(/(a=fmtp:\d+ apt=\d+)(?!.*rtx-time)/g, `$1;rtx-time=${ms}`);
}

/**
 * The media ids of the video sections, in their order: the moving pictures first, then the stills.
 * @param {string} sdp
 * @returns {string[]}
 */
export function videoMids(sdp) {
  return sdp
    .split(/^(?=m=)/m)
    .filter((section) => section.startsWith('m=video '))
    .map((section) => /^a=mid:(\S+)/m.exec(section)?.[1] ?? '');
}
