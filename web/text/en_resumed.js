/** Every sentence about a view that is taken up again, and about what is another since. */

/** @param {number} count */
const images = (count) => (count === 1 ? '1 image' : `${count} images`);

/** @type {Record<string, string>} */
const VIEW_WORDS = { flipped: 'flipped', rotated: 'rotated', inverted: 'inverted' };

/** @param {readonly string[]} marks @param {number} most */
const listed = (marks, most) => [...marks.slice(0, most), ...(marks.length > most ? [`${marks.length - most} more`] : [])].join('; ');

const MEASURE_ANEW = 'Marks on them have no value until they are measured anew: with its tool, click or drag an end of the mark.';

export const resumedText = {
  /** @param {string} when @param {readonly string[]} words codes */
  asLeft: (when, words) => `As you left it at ${when}${words.length > 0 ? `: ${words.map((word) => VIEW_WORDS[word] ?? word).join(', ')}` : ''}.`,
  /** @param {string} when @param {readonly string[]} words codes */
  leftAt: (when, words) =>
    `You left it at ${when}; it is not as it was then${words.length > 0 ? `. The view is ${words.map((word) => VIEW_WORDS[word] ?? word).join(', ')}` : ''}.`,
  /** @param {readonly string[]} sentences */
  older: (sentences) => `What came back is older than this page had it. ${sentences.join(' ')}`,
  /** @type {Record<'lost' | 'changed' | 'deleted', (marks: readonly string[], most: number) => string>} */
  olderMarks: {
    lost: (marks, most) => `${marks.length === 1 ? '1 mark is' : `${marks.length} marks are`} lost: ${listed(marks, most)}.`,
    changed: (marks, most) => `${marks.length === 1 ? '1 mark is' : `${marks.length} marks are`} as before the last change, which was: ${listed(marks, most)}.`,
    deleted: (marks) => `${marks.length === 1 ? '1 mark that was deleted is' : `${marks.length} marks that were deleted are`} there again.`,
  },
  /** @param {string} kind @param {string} value nothing = it has none @param {number} image from 1 @param {string} series @param {string} when @param {boolean} isSaved */
  olderMark: (kind, value, image, series, when, isSaved) =>
    `${kind === 'length' || kind === 'probe' ? kind : 'mark'}${value ? ` ${value}` : ''} on image ${image} of ${series}${when && `, of ${when}`}${isSaved ? '' : ', not saved'}`,
  /** @param {number} image from 1 @param {string} series @param {number} before from 1 @param {string} seriesBefore */
  olderView: (image, series, before, seriesBefore) =>
    `The view is not as this page had it: image ${image} of ${series}; it was image ${before}${seriesBefore === series ? '' : ` of ${seriesBefore}`}.`,
  /** @param {number} now viewports @param {number} before */
  olderLayout: (now, before) => `The view is not as this page had it: ${now} viewport${now === 1 ? '' : 's'}; it had ${before}.`,
  undoLost: 'What you did before can no longer be undone.',
  noted: 'Noted',
  /** @param {string} words sentences of what had changed before the view was left */
  before: (words) => `Said before and not noted: ${words}`,
  /** @param {string} before */
  anotherPatient: (before) => `The study now names another patient than a moment ago: before, it was ${before}.`,
  viewUnknown: 'Your last view was kept by an earlier version: whether its images are the same cannot be told.',
  marksUnknown: `The marks were kept by an earlier version: whether their images are the same cannot be told. ${MEASURE_ANEW}`,
  /** @type {Record<string, (count: number, series: string) => string>} */
  view: {
    gone: (count, series) => `${images(count)} of ${series} ${count === 1 ? 'is' : 'are'} gone since.`,
    new: (count, series) => `${images(count)} of ${series} ${count === 1 ? 'is' : 'are'} new since.`,
    replaced: (count, series) => `${images(count)} of ${series} ${count === 1 ? 'was' : 'were'} replaced since.`,
    series: (count, series) => `What you saw of ${series} (${images(count)}) is gone since.`,
    patient: () => 'The study was of another patient when you left it: that view is not taken up.',
    doubtful: () => 'The patient’s ID, birth date, sex or name is another than when you left it.',
  },
  /** @type {Record<string, (count: number, series: string) => string>} */
  marks: {
    gone: (count, series) => `Marks: ${images(count)} of ${series} ${count === 1 ? 'is' : 'are'} gone since they were saved.`,
    new: (count, series) => `Marks: ${images(count)} of ${series} ${count === 1 ? 'is' : 'are'} new since they were saved.`,
    replaced: (count, series) => `Marks: ${images(count)} of ${series} ${count === 1 ? 'was' : 'were'} replaced since they were saved. ${MEASURE_ANEW}`,
    series: (count, series) => `Marks: ${series} (${images(count)}) is gone since they were saved.`,
    patient: () => 'The marks were saved on images of another patient.',
    doubtful: () => 'The marks were saved when the patient’s ID, birth date, sex or name was another.',
  },
  /** @param {number | null} number */
  series: (number) => (number === null ? 'a series without number' : `series ${number}`),
};
