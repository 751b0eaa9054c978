/** RTP timestamps count 90 kHz modulo 2³² (RFC 3550); epochs count modulo 2¹⁶. */

/**
 * Whether timestamp `a` is later than `b`.
 * @param {number} a
 * @param {number} b
 */
export function isLater(a, b) {
  const ahead = (a - b) >>> 0;
  return ahead !== 0 && ahead < 0x8000_0000;
}

/**
 * Whether `epoch` is `floor` or one that came after it.
 * @param {number} epoch
 * @param {number} floor
 */
export function isEpochSince(epoch, floor) {
  return ((epoch - floor) & 0xffff) < 0x8000;
}
