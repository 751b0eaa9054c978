/** Which key does what: the one table that the keyboard, the tooltips and the help read. Letters by `key`, digits by `code`. Pure. */

/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */
/**
 * @typedef {object} Binding
 * @property {string} name what the help calls it (a key of toolText.keys)
 * @property {readonly string[]} keys lower-case `key`s or `code`s
 * @property {string} label how the key is written
 * @property {string} action a command of the control channel, or a page action that begins with "page."
 * @property {CommandValue} [value]
 * @property {boolean} [control] with Ctrl or ⌘
 * @property {boolean} [shift]
 */

/** @type {readonly Binding[]} */
export const BINDINGS = [
  { name: 'scroll', keys: ['s'], label: 'S', action: 'tool.set', value: 'scroll' },
  { name: 'window', keys: ['w'], label: 'W', action: 'tool.set', value: 'window' },
  { name: 'pan', keys: ['t'], label: 'T', action: 'tool.set', value: 'pan' },
  { name: 'zoom', keys: ['z'], label: 'Z', action: 'tool.set', value: 'zoom' },
  { name: 'crosshair', keys: ['j'], label: 'J', action: 'tool.set', value: 'crosshair' },
  { name: 'length', keys: ['d'], label: 'D', action: 'tool.set', value: 'length' },
  { name: 'probe', keys: ['p'], label: 'P', action: 'tool.set', value: 'probe' },
  { name: 'rotate', keys: ['v'], label: 'V', action: 'tool.set', value: 'rotate' },
  { name: 'previousImage', keys: ['arrowup', 'arrowleft'], label: '↑', action: 'image.step', value: -1 },
  { name: 'nextImage', keys: ['arrowdown', 'arrowright'], label: '↓', action: 'image.step', value: 1 },
  { name: 'firstImage', keys: ['home'], label: 'Home', action: 'image.first' },
  { name: 'lastImage', keys: ['end'], label: 'End', action: 'image.last' },
  { name: 'goToImage', keys: ['g'], label: 'G', action: 'page.goToImage' },
  { name: 'previousSeries', keys: ['pageup'], label: 'PgUp', action: 'series.step', value: -1 },
  { name: 'nextSeries', keys: ['pagedown'], label: 'PgDn', action: 'series.step', value: 1 },
  {
    name: 'preset',
    keys: ['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9'],
    label: '1 – 9',
    action: 'page.preset',
  },
  { name: 'fileWindow', keys: ['o'], label: 'O', action: 'voi.file' },
  { name: 'invert', keys: ['i'], label: 'I', action: 'invert' },
  { name: 'interpolation', keys: ['k'], label: 'K', action: 'page.interpolation' },
  { name: 'fit', keys: ['f'], label: 'F', action: 'fit' },
  { name: 'oneToOne', keys: ['Digit0', 'Numpad0'], label: '0', action: 'one_to_one' },
  { name: 'zoomIn', keys: ['+', '='], label: '+', action: 'zoom.by', value: 1.25 },
  { name: 'zoomOut', keys: ['-', '−'], label: '−', action: 'zoom.by', value: 0.8 },
  { name: 'maximize', keys: ['enter'], label: 'Enter', action: 'viewport.maximize' },
  { name: 'layout1', keys: ['Digit1'], shift: true, label: 'Shift 1', action: 'layout.set', value: '1x1' },
  { name: 'layout2', keys: ['Digit2'], shift: true, label: 'Shift 2', action: 'layout.set', value: '1x2' },
  { name: 'layout4', keys: ['Digit4'], shift: true, label: 'Shift 4', action: 'layout.set', value: '2x2' },
  { name: 'layoutMpr', keys: ['m'], label: 'M', action: 'layout.set', value: 'mpr' },
  { name: 'layoutMpr3d', keys: ['m'], shift: true, label: 'Shift M', action: 'layout.set', value: 'mpr+3d' },
  { name: 'nextViewport', keys: ['b'], label: 'B', action: 'page.nextViewport' },
  { name: 'nextStudy', keys: ['n'], label: 'N', action: 'page.nextStudy' },
  { name: 'previousStudy', keys: ['n'], shift: true, label: 'Shift N', action: 'page.previousStudy' },
  { name: 'reset', keys: ['backspace'], label: '⌫', action: 'reset' },
  { name: 'undo', keys: ['z'], control: true, label: 'Ctrl Z', action: 'undo' },
  { name: 'redo', keys: ['z'], control: true, shift: true, label: 'Ctrl Shift Z', action: 'redo' },
  { name: 'deleteMark', keys: ['delete'], label: 'Del', action: 'page.deleteMark' },
  { name: 'cancel', keys: ['escape'], label: 'Esc', action: 'page.cancel' },
  { name: 'worklist', keys: ['l'], shift: true, label: 'Shift L', action: 'page.worklist' },
  { name: 'stats', keys: ['q'], label: 'Q', action: 'page.stats' },
  { name: 'help', keys: ['h', 'f1'], label: 'H, F1', action: 'page.help' },
];

const LABELS = new Map(BINDINGS.map((binding) => [binding.name, binding.label]));

/**
 * How the key of `name` is written, or nothing.
 * @param {string} name
 */
export function keyLabel(name) {
  return LABELS.get(name) ?? '';
}

/**
 * @typedef {object} KeySample
 * @property {string} key
 * @property {string} code
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} altKey
 * @property {boolean} shiftKey
 * @property {boolean} [isComposing]
 */

/**
 * What this key press means. Plain keys never fire with Ctrl, ⌘ or Alt, nor while a word is being composed.
 * @param {KeySample} event
 * @returns {{binding: Binding, digit: number} | null} digit: 1–9 for digit keys, else 0
 */
export function bindingFor(event) {
  if (event.altKey || event.isComposing || event.key === 'Process') return null;
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  for (const binding of BINDINGS) {
    if (Boolean(binding.control) !== control) continue;
    const byKey = binding.keys.includes(key);
    const byCode = binding.keys.includes(event.code);
    if (!byKey && !byCode) continue;
    // Signs such as + are typed with Shift on many keyboards: there Shift says nothing.
    const letter = /^(?:[a-z]|Digit\d)$/.test(byKey ? key : event.code);
    if (letter && Boolean(binding.shift) !== event.shiftKey) continue;
    const digit = /^Digit(\d)$/.exec(event.code);
    return { binding, digit: digit ? Number(digit[1]) : 0 };
  }
  return null;
}
