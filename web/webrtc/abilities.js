/** Whether this browser can show Farview's pictures at all. */

/** @returns {'' | 'noWebRtc' | 'noH264' | 'noFrameCallback'} what it lacks, or nothing */
export function lacking() {
  if (typeof RTCPeerConnection !== 'function' || typeof RTCPeerConnection.generateCertificate !== 'function') return 'noWebRtc';
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs;
  if (codecs && !codecs.some((codec) => codec.mimeType.toLowerCase() === 'video/h264')) return 'noH264';
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype ? '' : 'noFrameCallback';
}
