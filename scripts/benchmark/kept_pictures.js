/**
 * Keeps the decoded pictures that the page draws, as they come out of the decoder (VideoFrame.copyTo, less than a millisecond
 * each), so that all can be compared afterwards; what is compared is the canvas: a picture that was drawn larger than it was coded
 * is drawn so again, with the same smoothing. Comes after page_probe.js.
 */
(() => {
  const probe = window.farviewProbe;
  const HEARTBEAT = 4;
  let most = 0;
  let every = 1;
  let seen = 0;
  let bytes = 0;
  let missed = 0;
  let kept = new Map();

  probe.onDraw((source, { t, rtp }, context, place) => {
    if (most === 0 || rtp === null || typeof source.copyTo !== 'function') return;
    if (((probe.infoOf(rtp)?.flags ?? 0) & HEARTBEAT) !== 0) return;
    seen += 1;
    if (seen % every !== 0) return;
    const size = source.allocationSize();
    if (bytes + size > most) {
      missed += 1;
      return;
    }
    bytes += size;
    const { width, height } = context.canvas;
    const { imageSmoothingEnabled: smooth, imageSmoothingQuality: quality } = context;
    const { format, codedWidth, codedHeight, visibleRect } = source;
    const picture = {
      t, rtp, format, codedWidth, codedHeight, place, width, height, smooth, quality, layout: null,
      visible: visibleRect.toJSON(), colorSpace: source.colorSpace.toJSON(), buffer: new ArrayBuffer(size),
    };
    picture.copied = source.copyTo(picture.buffer).then((layout) => (picture.layout = layout));
    kept.set(rtp, picture);
  });

  /** The grey values of the canvas that showed it, rows top down. */
  async function greyOf(picture) {
    await picture.copied;
    const { width, height, place, buffer, layout } = picture;
    const [, , sw, sh, , , dw, dh] = place;
    if (sw === dw && sh === dh && picture.format !== 'RGBA' && picture.format !== 'BGRA') {
      const [{ offset, stride }] = layout;
      const grey = new Uint8Array(width * height);
      for (let y = 0; y < height; y += 1) {
        grey.set(new Uint8Array(buffer, offset + y * stride, width), y * width);
      }
      return grey;
    }
    return drawnAgain(picture);
  }

  function drawnAgain({ width, height, place, buffer, layout, smooth, quality, ...picture }) {
    // What was copied is the visible rectangle alone.
    const frame = new VideoFrame(buffer, {
      format: picture.format, codedWidth: picture.visible.width, codedHeight: picture.visible.height, timestamp: 0,
      layout, colorSpace: picture.colorSpace,
    });
    const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
    context.imageSmoothingEnabled = smooth;
    context.imageSmoothingQuality = quality;
    context.drawImage(frame, ...place);
    frame.close();
    return firstChannel(context.getImageData(0, 0, width, height).data);
  }

  function firstChannel(rgba) {
    const grey = new Uint8Array(rgba.length / 4);
    for (let at = 0; at < grey.length; at += 1) grey[at] = rgba[4 * at];
    return grey;
  }

  function base64(grey) {
    if (typeof grey.toBase64 === 'function') return grey.toBase64();
    let text = '';
    for (let at = 0; at < grey.length; at += 32_768) text += String.fromCharCode(...grey.subarray(at, at + 32_768));
    return btoa(text);
  }

  Object.assign(probe, {
    /** Keep each `nth` picture from now on, up to so many bytes; 0 ends it. What was kept before is forgotten. */
    keepPictures(mostBytes, nth = 1) {
      most = mostBytes;
      every = nth;
      seen = bytes = missed = 0;
      kept = new Map();
    },
    stopKeeping() {
      most = 0;
    },
    /** How many were kept, and how many found no room. */
    keeping: () => ({ kept: kept.size, missed }),
    /** One kept picture as the canvas showed it, base64, with the record of its viewport; null where it was not kept. */
    async keptPicture(rtp) {
      const picture = kept.get(rtp);
      if (picture === undefined) return null;
      kept.delete(rtp);
      const { width, height } = picture;
      const grey = base64(await greyOf(picture));
      return { rtp, width, height, grey, record: probe.recordOf(rtp) };
    },
    /** SHA-256 of what the canvas shows now, by this recorder's own reading: of grey values (1 channel) or of R, G, B (3). */
    async canvasHash(channels) {
      const canvas = document.querySelector('canvas[data-picture]');
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      if (channels === 1 && !isGrey(data)) return 'coloured';
      const digest = await crypto.subtle.digest('SHA-256', channels === 1 ? firstChannel(data) : withoutAlpha(data));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  });

  function isGrey(rgba) {
    for (let at = 0; at < rgba.length; at += 4) {
      if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
    }
    return true;
  }

  function withoutAlpha(rgba) {
    const rgb = new Uint8Array((rgba.length / 4) * 3);
    for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
      rgb[to] = rgba[from];
      rgb[to + 1] = rgba[from + 1];
      rgb[to + 2] = rgba[from + 2];
    }
    return rgb;
  }
})();
