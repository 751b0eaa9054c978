/** A DICOM PN (PS3.5 6.2.1: family^given^middle^prefix^suffix, groups split by =) as a reader says it. Pure. */

/**
 * "DOE^JANE^ANN^DR" → "DOE, Jane Ann (Dr)": the family name in capitals where its script has them.
 * @param {string} name
 */
export function personName(name) {
  const groups = name.split('=').map((group) => group.trim());
  const group = groups.find((entry) => entry !== '') ?? '';
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim());
  const first = [given, middle].filter(Boolean).map(titled).join(' ');
  const titles = [prefix, suffix].filter(Boolean).map(titled).join(', ');
  const whole = [family.toLocaleUpperCase(), first].filter(Boolean).join(', ');
  return titles && whole ? `${whole} (${titles})` : whole || titles;
}

/**
 * Words that are all capitals become Words; what has small letters was written by hand and stays.
 * @param {string} words
 */
function titled(words) {
  if (words !== words.toLocaleUpperCase()) return words;
  return words.replace(
    /[\p{L}\p{M}]+/gu,
    (word) => word[0].toLocaleUpperCase() + word.slice(1).toLocaleLowerCase(),
  );
}
