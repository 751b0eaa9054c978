/** The page's DTLS certificate: made before a seat is asked for, because the ticket names its fingerprint. */

/**
 * @returns {Promise<{certificate: RTCCertificate, fingerprint: string}>} fingerprint as "sha-256 AA:BB:…"
 */
export async function makeCertificate() {
  /** @type {EcKeyGenParams} */
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const told = certificate.getFingerprints?.().find((print) => print.algorithm === 'sha-256')?.value;
  const value = told ?? (await fingerprintFromOffer(certificate));
  return { certificate, fingerprint: `sha-256 ${value.toUpperCase()}` };
}

/**
 * Browsers without getFingerprints tell it in an offer.
 * @param {RTCCertificate} certificate
 */
async function fingerprintFromOffer(certificate) {
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  try {
    connection.createDataChannel('fingerprint');
    const { sdp } = await connection.createOffer();
    const found = /^a=fingerprint:sha-256 ([0-9A-F:]+)/im.exec(sdp ?? '');
    if (!found) throw new Error('The browser does not tell the fingerprint of its certificate.');
    return found[1];
  } finally {
    connection.close();
  }
}
