/** Whether this browser can show Farview's pictures at all. */

import { text } from '../text/en_seat.js';

/** @returns {string} a sentence that says what is missing, or nothing */
export function whatIsMissing() {
  if (typeof RTCPeerConnection !== 'function' || typeof RTCPeerConnection.generateCertificate !== 'function') {
    return text.browser.noWebRtc;
  }
  const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs;
  if (codecs && !codecs.some((codec) => codec.mimeType.toLowerCase() === 'video/h264')) return text.browser.noH264;
  if (!('requestVideoFrameCallback' in HTMLVideoElement.prototype)) return text.browser.noFrameCallback;
  return '';
}
