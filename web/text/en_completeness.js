/** Sentences on what is not there of a stack: part of en.js. */

/** @param {number} after @param {number} until */
const where = (after, until) => (after === until ? `after image ${after}` : `after each of images ${after} to ${until}`);

export const completenessText = {
  completeness: {
    /** @param {number} images that can be shown @param {number} declared by the archive's list */
    images: (images, declared) => `${images} of ${declared} images`,
    /** @param {number} count @param {boolean} isKnown not only by distances @param {number} after @param {number} until */
    missing: (count, isKnown, after, until) => `${isKnown ? '' : 'about '}${count} ${count === 1 ? 'image' : 'images'} missing ${where(after, until)}`,
    /** @param {string} distance @param {string} usual @param {number} after @param {number} until */
    spacing: (distance, usual, after, until) => `${distance} instead of ${usual} ${where(after, until)}`,
    /** @param {number} count @param {number} before the image before them; 0 = they are the first */
    together: (count, before) => `${count} images at one place ${before > 0 ? `after image ${before}` : 'at the start'}`,
    /** @param {number} count @param {number} first @param {number} last */
    togetherEach: (count, first, last) => `${count} images at each place from image ${first} to ${last}`,
    /** @param {number} count */
    more: (count) => `and ${count} more such ${count === 1 ? 'place' : 'places'}`,
    /** @param {number} count places */
    gaps: (count) => (count === 1 ? '1 gap' : `${count} gaps`),
    many: 'many gaps',
    uneven: 'uneven',
  },
};
