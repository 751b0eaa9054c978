/** What was tried when no connection comes about: local and remote addresses and how far each pair got. */

import { text } from '../text/en_seat.js';

/**
 * @param {Pick<RTCPeerConnection, 'getStats'>} connection
 * @returns {Promise<string[]>} one line per candidate pair, e.g. "192.0.2.7:50123 → 192.0.2.9:40000 udp: in-progress"
 */
export async function diagnose(connection) {
  const stats = await connection.getStats();
  /** @type {Map<string, {address?: string, port?: number, protocol?: string, candidateType?: string}>} */
  const candidates = new Map();
  /** @type {{localCandidateId: string, remoteCandidateId: string, state: string}[]} */
  const pairs = [];
  stats.forEach((report) => {
    if (report.type === 'local-candidate' || report.type === 'remote-candidate') candidates.set(report.id, report);
    if (report.type === 'candidate-pair') pairs.push(report);
  });
  return pairs.slice(0, 6).map((pair) => {
    const remote = candidates.get(pair.remoteCandidateId);
    return `${place(candidates.get(pair.localCandidateId))} → ${place(remote)} ${remote?.protocol ?? ''}: ${pair.state}`;
  });
}

/** @param {{address?: string, port?: number} | undefined} candidate */
function place(candidate) {
  // Browsers hide a device's own addresses from pages.
  return candidate ? `${candidate.address || text.seat.thisDevice}:${candidate.port ?? '?'}` : '?';
}
