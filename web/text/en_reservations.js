/** What stands against an image, or must be told of it: a part of en.js. By the codes of web/picture/reservations.js. */

/**
 * A short word for the badge and the corner of a viewport, and a sentence for the panel.
 * @type {Record<string, readonly [string, string]>}
 */
const words = {
  values: ['values unknown', 'What the file says of its values can’t be read: numbers in this image are as stored.'],
  decoding: ['damaged image', 'The image is damaged, or contradicts what its file says of it: what you see may not be what was stored.'],
  mask: ['mask not subtracted', 'The file asks for the subtraction of a mask image, which is not done.'],
  overlay: ['overlay not drawn', 'The file has an overlay (text, lines or a region over the image), which is not drawn.'],
  shutter: ['shutter not drawn', 'The file asks that a part of the image be covered by a shutter, which is not done.'],
  presentation_lut: ['presentation LUT not applied', 'The file asks for a Presentation LUT, or contradicts itself about what is black and what is white.'],
  voi_lut: ['VOI LUT not applied', 'The file maps its values to grey by a table (VOI LUT), which is not applied; a window is used instead.'],
  for_processing: ['raw image', 'The file is “for processing”: it is not meant to be read as it is shown.'],
  supplemental_palette: ['colours not shown', 'The file colours some of its values by a palette; they are shown grey.'],
  padding: ['padding unclear', 'The file does not say clearly which pixels are padding: some of them may be shown as if they were measured.'],
  icc_profile: ['colour profile not applied', 'The colours of the file have a profile of their own (ICC), which is not applied: they may look different.'],
  color_depth: ['colours reduced to 8 bit', 'The file has colours of more than 8 bit, which are shown with 8 bit.'],
  palette_depth: ['palette reduced to 8 bit', 'The file’s palette has colours of more than 8 bit, which are shown with 8 bit.'],
  overshoot: ['cubic overshoots', 'Cubic interpolation shows values at edges that are higher or lower than any pixel beside them.'],
  minified: ['not all pixels', 'The image is shown smaller than it is: what you see are means of several of its pixels. From 100 % on there are none.'],
  burned_in: ['text in the image', 'The image may show the patient’s name, burned in.'],
  color_label: ['colours against label', 'The colours were decoded as the image data says, against the label.'],
  lossy_data: ['file: lossy', 'The image was compressed with loss before it came: its data says so itself.'],
  end_mark: ['no end mark', 'The compressed image has no end mark; all its pixels are there.'],
  trailing_bytes: ['trailing bytes', 'The image data is followed by bytes that do not belong to it.'],
  boxes: ['wrapped image data', 'The compressed image is wrapped in a file format of its own (JP2). What that says was not applied.'],
  spacing: ['pixel size unreadable', 'What the file says of the size of its pixels can’t be read: nothing is measured in millimetres by it.'],
  thickness: ['thickness unreadable', 'What the file says of the thickness of its slices can’t be read.'],
  window: ['window unreadable', 'The file has a window that can’t be read: another one is shown.'],
  quality_control: ['quality control', 'This is an image for quality control, not of a patient.'],
  voi_lut_beside: ['VOI LUT also in file', 'The file has a table of grey values (VOI LUT) beside the window that is shown.'],
};

export const reservationText = {
  words,
  unknown: /** @type {const} */ (['reservation', 'The render host has a reservation about this image that this page does not know. Reload the page.']),
  /** What the badge says of a picture whose bytes are proven. @param {string} word @param {number} more */
  exact: (word, more) => `Exact · ${reservationText.named(word, more)}`,
  /** @param {string} word @param {number} more */
  named: (word, more) => `${word}${more > 0 ? ` +${more}` : ''}`,
  /** @param {string} percent "27 %" */
  exactAt: (percent) => `Exact at ${percent}, not all pixels`,
};
