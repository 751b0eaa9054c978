/** Numbers as they stand on the picture: fixed decimals, a true minus, a thin space before the unit. Pure. */

const THIN = '\u202f';
const MINUS = '\u2212';

/**
 * @param {number} value
 * @param {number} decimals
 */
export function fixed(value, decimals) {
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? `${MINUS}${digits}` : digits;
}

/**
 * @param {number} value
 * @param {number} decimals
 * @param {string} unit
 */
export function withUnit(value, decimals, unit) {
  return unit ? `${fixed(value, decimals)}${THIN}${unit}` : fixed(value, decimals);
}

/**
 * A window's number: whole where wide, with decimals where a whole number would say too little.
 * @param {number} value
 * @param {number} width the window's width
 */
export function windowNumber(value, width) {
  const decimals = width >= 20 ? 0 : width >= 2 ? 1 : 3;
  return fixed(value, decimals);
}

/**
 * What a reader typed: "1,5" is 1.5; null when it is no number.
 * @param {string} typed
 */
export function parseNumber(typed) {
  const plain = typed.trim().replace(MINUS, '-').replace(',', '.');
  if (!/^-?(?:\d+\.?\d*|\.\d+)$/.test(plain)) return null;
  return Number(plain);
}

/**
 * "41:1", with as many digits as mean something.
 * @param {number} ratio
 */
export function ratioWords(ratio) {
  const step = ratio < 100 ? 1 : 10 ** (Math.floor(Math.log10(ratio)) - 1);
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio / step) * step}:1`;
}

/**
 * @param {number} bytes
 */
export function bytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return withUnit(value, value < 10 && unit > 0 ? 1 : 0, units[unit]);
}
