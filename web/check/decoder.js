/** Decodes one H.264 access unit by the browser's own decoder (WebCodecs), the one that its WebRTC uses too. */

import { SAMPLES } from './samples.js';

/** @param {string} name @returns {Uint8Array<ArrayBuffer>} */
export function sampleBytes(name) {
  return Uint8Array.from(atob(SAMPLES[name].data), (letter) => letter.charCodeAt(0));
}

/**
 * @param {string} name of a sample
 * @returns {Promise<VideoFrame | null>} to be closed; null where the browser does not decode that
 * @throws {Error} it says that it does, and fails
 */
export async function decodeSample(name) {
  const config = { codec: SAMPLES[name].codec, optimizeForLatency: true };
  if (!(await VideoDecoder.isConfigSupported(config)).supported) return null;
  /** @type {VideoDecoder | null} */
  let decoder = null;
  try {
    return await new Promise((done, fail) => {
      decoder = new VideoDecoder({ output: done, error: fail });
      decoder.configure(config);
      decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: sampleBytes(name) }));
      decoder.flush().then(() => fail(new Error('The decoder gave no picture.')), fail);
    });
  } finally {
    const made = /** @type {VideoDecoder | null} */ (decoder);
    if (made && made.state !== 'closed') made.close();
  }
}

/** Its luma, one byte a pixel without padding. @param {VideoFrame} frame */
export async function lumaOf(frame) {
  const bytes = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(bytes);
  const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
  const luma = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    luma.set(bytes.subarray(offset + row * stride, offset + row * stride + width), row * width);
  }
  return luma;
}
