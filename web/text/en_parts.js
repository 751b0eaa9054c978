/** What tells the parts of a split series apart, in words: a part of en.js. By the codes of streamer/dicom/part_names.py. */

/** @type {Record<string, Record<string, string>>} */
const names = {
  plane: { axial: 'axial', coronal: 'coronal', sagittal: 'sagittal', oblique: 'oblique', unplaced: 'without a position' },
  values: { unknown: 'values unknown' },
  pixels: { refused: 'can’t be shown' },
  localizer: { localizer: 'localizer' },
  modality: { unknown: 'modality unknown' },
  color: { color: 'colour', grey: 'grey', palette: 'palette' },
  polarity: { inverted: 'white is low' },
  spacing: { unknown: 'pixel size unknown' },
};

/** @type {Record<string, (value: string) => string>} */
const sentences = {
  acquisition: (value) => `acquisition ${value}`,
  echo: (value) => `echo ${value}`,
  echo_time: (value) => `echo time ${value}\u202fms`,
  time: (value) => `time ${value}`,
  trigger: (value) => `trigger ${value}\u202fms`,
  b_value: (value) => `b ${value}`,
  kind: (value) => value.split('\\').join(' '),
  acquisition_time: (value) => `acquired ${clock(value)}`,
  content_time: (value) => `made ${clock(value)}`,
  matrix: (value) => `${value} pixels`,
  spacing: (value) => `${value}\u202fmm pixels`,
  frame: (value) => `frame of reference …${value}`,
  part: (value) => `part ${value}`,
};

/** A DICOM TM, or the time of a DT, as hours, minutes and seconds. @param {string} value */
function clock(value) {
  const digits = value.split('.')[0].slice(-6);
  return /^\d{6}$/.test(digits) ? `${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}` : value;
}

export const partText = {
  /** @param {string} code @param {string} value @returns {string} */
  part: (code, value) => names[code]?.[value] ?? sentences[code]?.(value) ?? value,
};
