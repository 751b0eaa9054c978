/** What this browser and this screen have. */

import { text } from '../text/en_check.js';
import { whatIsMissing } from '../webrtc/missing.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {import('./row.js').Check} Check */

const { rows } = text;

/** @type {readonly Check[]} */
export const BROWSER_CHECKS = [
  { id: 'secure', run: secure },
  { id: 'webrtc', run: webrtc },
  { id: 'codecs', run: codecs },
  { id: 'frames', run: frames },
];

/** @type {readonly Check[]} */
export const SCREEN_CHECKS = [
  { id: 'pixels', run: pixels },
  { id: 'wakeLock', run: () => has('wakeLock', 'wakeLock' in navigator) },
  { id: 'fullscreen', run: () => has('fullscreen', document.fullscreenEnabled === true) },
];

/** @returns {Row} */
function secure() {
  return globalThis.isSecureContext
    ? { id: 'secure', outcome: 'good', words: rows.secure.good }
    : { id: 'secure', outcome: 'bad', words: rows.secure.bad };
}

/** @returns {Row} */
function webrtc() {
  const missing = whatIsMissing();
  return missing ? { id: 'webrtc', outcome: 'bad', words: missing } : { id: 'webrtc', outcome: 'good', words: rows.webrtc.good };
}

/** @returns {Row} */
function codecs() {
  const offered = globalThis.RTCRtpReceiver?.getCapabilities?.('video')?.codecs ?? [];
  const found = offered
    .filter(({ mimeType }) => mimeType.toLowerCase() === 'video/h264')
    .map(({ sdpFmtpLine }) => /profile-level-id=([0-9a-f]{6})/i.exec(sdpFmtpLine ?? '')?.[1].toLowerCase() ?? '?');
  const profiles = [...new Set(found)].sort();
  if (profiles.length === 0) return { id: 'codecs', outcome: 'bad', words: rows.codecs.none };
  const isLossless = profiles.some((profile) => profile.startsWith('f4'));
  const words = isLossless ? rows.codecs.words(profiles.join(', ')) : rows.codecs.noLossless(profiles.join(', '));
  return { id: 'codecs', outcome: isLossless ? 'good' : 'weak', words };
}

/** @returns {Row} */
function frames() {
  if (typeof MediaStreamTrackProcessor === 'function') return { id: 'frames', outcome: 'good', words: rows.frames.good };
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype
    ? { id: 'frames', outcome: 'weak', words: rows.frames.weak }
    : { id: 'frames', outcome: 'bad', words: rows.frames.bad };
}

/** @returns {Promise<Row>} */
async function pixels() {
  const ratio = devicePixelRatio || 1;
  const parts = [rows.pixels.words(`${screen.width} × ${screen.height}`, String(Math.round(ratio * 1000) / 1000))];
  const isZoomed = Math.abs((globalThis.visualViewport?.scale ?? 1) - 1) > 0.001;
  const isTold = await tellsDevicePixels();
  if (isZoomed) parts.push(rows.pixels.zoomed);
  if (!isTold) parts.push(rows.pixels.noBox);
  return { id: 'pixels', outcome: isZoomed || !isTold ? 'weak' : 'good', words: parts.join(' ') };
}

/** Whether the exact size of a box in device pixels is told, and makes sense. @returns {Promise<boolean>} */
function tellsDevicePixels() {
  return new Promise((done) => {
    const observer = new ResizeObserver(([{ devicePixelContentBoxSize, contentRect }]) => {
      observer.disconnect();
      const box = devicePixelContentBoxSize?.[0];
      done(Boolean(box) && Math.abs(box.inlineSize - contentRect.width * devicePixelRatio) <= 1);
    });
    try {
      observer.observe(document.documentElement, { box: 'device-pixel-content-box' });
    } catch {
      done(false);
    }
  });
}

/**
 * @param {'wakeLock' | 'fullscreen'} id
 * @param {boolean} is
 * @returns {Row}
 */
function has(id, is) {
  return { id, outcome: is ? 'good' : 'weak', words: is ? rows[id].good : rows[id].weak };
}
