/** Every sentence about fidelity, latency and the proof; a part of en.js. */

export const proofText = {
  badge: {
    exact: 'Exact',
    reserved: 'Exact',
    minified: 'Exact',
    lossy: 'Lossy',
    anotherPatient: 'Another patient',
    /** What the badge says in the place of a plain word: by the reason that is the gravest. @type {Record<string, string>} */
    reasons: {
      anotherPatient: 'Another patient',
      altered: 'Altered',
      covered: 'Altered',
      reworded: 'Words altered',
      unreadable: 'Image can’t be read',
      missing: 'Not loaded',
      incomplete: 'Incomplete',
      windowPending: 'No window yet',
    },
    mismatch: 'Mismatch',
    notLive: 'Not live',
    noPicture: 'No picture',
    open: 'Fidelity and latency',
    /** @param {string} p50 @param {string} p95 */
    latency: (p50, p95) => `Hand to picture ${p50} (median), ${p95} (95 %).`,
    /** @param {string} rtt */
    roundTrip: (rtt) => `Round trip ${rtt}.`,
    /** @param {string} rate */
    rate: (rate) => `Link ${rate}.`,
    /** @param {string} loss */
    loss: (loss) => `Lost packets ${loss}.`,
    /** @param {string} pictures */
    pictures: (pictures) => `${pictures} pictures/s in the last movement.`,
  },
  fidelity: {
    /** What holds of the bytes, whatever stands against the image. */
    exact: 'These are the renderer’s own pixels, bit for bit: the picture was read back and its SHA-256 compared.',
    /** Why the picture is not exact. @type {Record<string, string>} */
    why: {
      nothing: 'There is no image in it.',
      mismatch: '',
      notLive: 'What you see is old.',
      hidden: 'The tab was hidden.',
      moving: 'Compressed while it moves: grey values may differ a little from the original. It becomes exact when the hand rests.',
      unproven: 'The exact picture is being checked.',
      overtaken: 'A newer picture is on its way.',
      unreadable: 'An image is damaged or can’t be read: nothing of it is shown. Why stands in its place.',
      missing: 'Images are not loaded yet.',
      incomplete: 'The series is not loaded completely.',
      windowPending: 'The file has no window; one is being made from the pixels. Until then the grey values mean nothing.',
      coarse: 'It is drawn coarser while it moves.',
      anotherPatient: 'Not proven: these images are of another patient than the study’s own.',
      reduced: 'The volume is drawn from a reduced copy.',
      scaled: 'Not proven: the picture does not have the size of its box, so that it is scaled.',
      zoomed: 'Not proven: the page is zoomed by pinch.',
      offset: 'Not proven: the picture does not begin on a whole pixel of the screen.',
      unknownScale: 'Not proven: this browser does not tell whether it scales the picture.',
      altered:
        'The browser alters the picture: a style that is not Farview’s colours, fades, mirrors or cuts it. Switch off reading modes and ' +
        'extensions that change how pages look.',
      reworded:
        'Words over the picture or of the patient are not those that Farview wrote. Do not read them: reload the page, and switch off ' +
        'translation and extensions that change words.',
      covered: 'The browser alters the picture: something that is not Farview’s lies over it. Switch off extensions that draw on pages.',
    },
    /** How it was refuted. @type {Record<string, string>} */
    refuted: {
      came: 'The exact picture came changed, so that it is not shown. Do not read what you see: move the picture, or reload the page.',
      drawnOver:
        'The picture was changed in the browser after it was proven. Do not read what you see: move the picture, or reload the page; an ' +
        'extension may draw on it.',
      canvas: 'The browser shows other grey values than it was given. Do not read what you see: an extension or a privacy setting may change pictures.',
    },
    /** Why this browser can't prove anything. @type {Record<string, string>} */
    unable: {
      insecure: 'Exactness can’t be proven over this address: open Farview by https, or as localhost.',
      canvas: 'Exactness can’t be proven in this browser: it changes the pixels that a page reads back. See its privacy settings.',
    },
    /** @param {string} sha256 */
    hash: (sha256) => `SHA-256 ${sha256}`,
  },
  /** How the render host is reached. */
  ways: {
    direct: (/** @type {string} */ protocol) => `direct, ${protocol.toUpperCase()}`,
    relayed: (/** @type {string} */ protocol) => `through a relay, ${protocol.toUpperCase()}`,
    socket: 'over WebSocket (UDP is blocked)',
  },
};
