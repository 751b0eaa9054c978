/** How long to wait before the next try: at once, then longer, but never so long that a way that is back is noticed late. Pure. */

const WAITS_MS = [0, 250, 1_000, 2_000, 3_000];

/**
 * @param {number} attempt 0 for the first try
 * @returns {number} ms
 */
export function backoff(attempt) {
  return WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)];
}
