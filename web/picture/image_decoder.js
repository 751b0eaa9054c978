/** Lossless images to their pixels, without colour conversion. */

/** @typedef {import('./planes.js').Decoded} Decoded */

/**
 * @param {Uint8Array<ArrayBuffer>} image
 * @param {string} type
 * @returns {Promise<Decoded>}
 * @throws {Error} the browser can't decode it
 */
export async function decodeImage(image, type) {
  const bitmap = await createImageBitmap(new Blob([image], { type }), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  try {
    const { width, height } = bitmap;
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('This browser gives no 2D canvas.');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { kind: 'pixels', pixels: new Uint32Array(data.buffer), width, height };
  } finally {
    bitmap.close();
  }
}

/** The media type of an image, from its first bytes. @param {Uint8Array} image */
export function imageType(image) {
  return image[0] === 0x89 && image[1] === 0x50 ? 'image/png' : 'image/jxl';
}
