/** What a sequence parameter set (ITU-T H.264 7.3.2.1.1) says first: profile, constraints, level. Pure. */

const NAL_SPS = 7;

/**
 * The codec string (RFC 6381, 3.3) of an access unit with parameter sets, Annex B; null where it has none.
 * @param {Uint8Array} data
 * @returns {string | null} "avc1.640028"
 */
export function codecOf(data) {
  for (let at = 0; at + 6 < data.length; at += 1) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    if ((data[at + 3] & 31) !== NAL_SPS) continue;
    return `avc1.${[...data.subarray(at + 4, at + 7)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
  return null;
}
