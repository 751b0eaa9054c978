/** Sentences on what is not there of a stack: part of en.js. */

/** @param {number} after @param {number} until */
const where = (after, until) => (after === until ? `after ${after}` : `after each of ${after} to ${until}`);

export const completenessText = {
  completeness: {
    /** @param {number} images that can be shown @param {number} declared by the archive's list */
    images: (images, declared) => `${images} of ${declared} images`,
    /** @param {number} count @param {number} after @param {number} until */
    missing: (count, after, until) => `${after === until ? 'gap' : 'gaps'} of about ${count} ${where(after, until)}`,
    /** @param {string} distance @param {string} usual @param {number} after @param {number} until */
    spacing: (distance, usual, after, until) => `${distance} instead of ${usual} ${where(after, until)}`,
    /** @param {number} count @param {number} before the image before them; 0 = they are the first */
    together: (count, before) => `${count} images at one place ${before > 0 ? `after ${before}` : 'at the start'}`,
    /** @param {number} count @param {number} first @param {number} last */
    togetherEach: (count, first, last) => `${count} images at each place from ${first} to ${last}`,
    /** @param {number} count */
    more: (count) => `and ${count} more such places`,
    /** @param {number} count places */
    gaps: (count) => (count === 1 ? '1 gap' : `${count} gaps`),
    many: 'many gaps',
    uneven: 'uneven',
  },
};
