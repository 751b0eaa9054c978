/** The message that opens a study. Pure. */

/** @typedef {import('../protocol/records.js').StudyReference} StudyReference */
/** @typedef {Extract<import('../protocol/control.js').FromPage, {type: 'open'}>} OpenMessage */
/** Size of the picture area in device pixels, and those per CSS pixel. @typedef {{width: number, height: number, ratio: number}} Asked */

/**
 * @param {StudyReference} reference
 * @param {number} request the page's own number of this opening; answers name it
 * @param {Asked} asked
 * @param {boolean} [goesOn] the page goes on with it from another seat, and wants its hand to
 * @param {string} [hand] what the host of the seat before called that hand
 * @returns {OpenMessage}
 */
export function openMessage(reference, request, asked, goesOn = false, hand = '') {
  return {
    type: 'open',
    request,
    archive: reference.archive,
    study: reference.study,
    width: asked.width,
    height: asked.height,
    device_pixel_ratio: asked.ratio,
    series: reference.series ?? '',
    image: reference.image ?? 0,
    touch: matchMedia('(pointer: coarse)').matches,
    fresh: false,
    goes_on: goesOn,
    hand,
  };
}

/**
 * Whether a message opens what the reference names.
 * @param {OpenMessage} message
 * @param {StudyReference} reference
 */
export function isOf(message, { archive, study, series = '', image = 0 }) {
  return message.archive === archive && message.study === study && message.series === series && message.image === image;
}
