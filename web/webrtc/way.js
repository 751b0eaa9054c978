/** How a peer connection goes, from the browser's statistics (W3C webrtc-stats). Pure. */

/** @typedef {Record<string, any>} Report */

/**
 * @param {readonly Report[]} stats
 * @returns {{isRelayed: boolean, protocol: string, roundTripMs: number} | null} the pair in use, null while there is none
 */
export function wayOf(stats) {
  const transport = stats.find(({ type, selectedCandidatePairId: id }) => type === 'transport' && id);
  const pair =
    stats.find(({ type, id }) => type === 'candidate-pair' && id === transport?.selectedCandidatePairId) ??
    stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
  if (!pair) return null;
  const [mine, theirs] = [pair.localCandidateId, pair.remoteCandidateId].map((wanted) => stats.find(({ id }) => id === wanted));
  const isRelayed = mine?.candidateType === 'relay' || theirs?.candidateType === 'relay';
  // How the page speaks to the relay is what a firewall lets through.
  const protocol = String(mine?.relayProtocol ?? mine?.protocol ?? '?');
  return { isRelayed, protocol, roundTripMs: 1000 * Number(pair.currentRoundTripTime ?? 0) };
}

/**
 * Which kinds of addresses were found at either end: host, srflx, prflx, relay (RFC 8445, 5.1.1).
 * @param {readonly Report[]} stats
 */
export function candidateKinds(stats) {
  const kinds = (/** @type {string} */ wanted) => {
    const found = stats.filter(({ type }) => type === wanted);
    return [...new Set(found.map(({ candidateType, protocol }) => `${candidateType} ${protocol}`))].sort().join(', ') || '—';
  };
  return { mine: kinds('local-candidate'), theirs: kinds('remote-candidate') };
}
