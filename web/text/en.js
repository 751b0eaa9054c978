/** Every sentence that a reader sees, but for what is read without scripts: titles and the sign-in page. Another language is other files with the same names. */

import { likenessText } from './en_patient.js';
import { completenessText } from './en_completeness.js';
import { partText } from './en_parts.js';
import { proofText } from './en_proof.js';
import { reservationText } from './en_reservations.js';
import { text as seatText } from './en_seat.js';

export const text = {
  product: 'Farview',
  notMedicalDevice: 'Not a medical device. Not for diagnosis.',
  ...seatText,
  stage: {
    label: 'Picture',
    tap: 'Tap to start the picture',
    host: 'Asking for a render host',
    /** @param {string} name */
    connecting: (name) => `Connecting to ${name}`,
    opening: 'Opening the study',
    index: 'Looking up the study',
    cache: 'Making room in the cache',
    renderer: 'Starting the renderer',
    reading: 'Reading images',
    picture: 'Waiting for the picture',
    noPicture: 'None has come for 5 s although the host is reached. Reload the page; if that does not help, use another browser.',
    /** @param {number} done @param {number} total */
    of: (done, total) => `${done} of ${total}`,
    continued: 'Take it back',
  },
  live: {
    /** @param {string} time */
    since: (time) => `Not live since ${time}`,
    waiting: 'What you see is old. Nothing you do is sent until the picture is live again.',
    reconnecting: 'Reconnecting',
    renderer: 'The renderer is being restarted',
    cancelled: 'The gesture was cancelled, because the picture is not live.',
  },
  ...proofText,
  ...completenessText,
  parts: partText,
  reservations: reservationText,
  /** A date, time or age that is none. @param {string} written */
  unreadable: (written) => `unreadable “${written}”`,
  /** What contradicts something else. @param {string} words */
  doubted: (words) => `${words} ?`,
  likeness: likenessText,
  patient: {
    noName: 'No name',
    noId: 'no ID',
    born: 'born',
    unknownBirth: 'birth date unknown',
    /** @param {string} stated @param {string} computed */
    unclearAge: (stated, computed) => `age unclear (${stated} or ${computed})`,
    unknownSex: 'sex unknown',
    noDate: 'no study date',
    noDescription: 'no description',
    /** @type {Record<string, string>} */
    sex: { M: 'male', F: 'female', O: 'other' },
  },
  worklist: {
    notListed: 'The study shown is not in the worklist as it is filtered now.',
    noMore: 'The worklist can’t be asked for the next study.',
    noNext: 'This is the last study of the worklist.',
    noPrevious: 'This is the first study of the list.',
  },
  tools: {
    scroll: 'Scroll',
    window: 'Window',
    pan: 'Pan',
    zoom: 'Zoom',
    crosshair: 'Cross-hair',
    length: 'Length',
    probe: 'Probe',
    rotate: 'Turn the volume',
  },
  toolbar: {
    label: 'Tools',
    presets: 'Window presets',
    layout: 'Layout',
    volume: 'Volume look and view',
    more: 'More',
    invert: 'Invert',
    flip: 'Flip left-right',
    turn: 'Turn by 90°',
    fit: 'Fit',
    oneToOne: '1:1 pixels',
    reset: 'Reset view',
    undo: 'Undo mark',
    redo: 'Redo mark',
    deleteMark: 'Delete mark',
    interpolation: 'Interpolation',
    /** @type {Record<string, string>} */
    interpolations: { nearest: 'none', linear: 'linear', cubic: 'cubic, edges overshoot' },
    onlyProjection: 'only for projection images, such as CR and DX',
    onlyVolumetric: 'only for series that form a volume',
    nothingToUndo: 'nothing to undo',
    nothingToRedo: 'nothing to redo',
    fullRange: 'Full range',
    percentiles: 'From percentiles',
    fileWindow: 'As in the file',
    center: 'Centre',
    width: 'Width',
    apply: 'Apply',
    badNumber: 'Write numbers, and a width above 0.',
    layouts: {
      '1x1': 'One',
      '1x2': 'Two beside',
      '2x1': 'Two stacked',
      '2x2': 'Four',
      '1x3': 'Three beside',
      '3x3': 'Nine',
      mpr: 'MPR: three planes',
      'mpr+3d': 'MPR and volume',
    },
    views: { A: 'Front', P: 'Back', L: 'Left', R: 'Right', H: 'Head', F: 'Feet' },
    volumePresets: ['CT bone', 'CT angio', 'CT soft', 'CT lung', 'MR', 'MIP'],
    strip: 'Series list',
    help: 'Help',
    back: 'Worklist',
  },
  strip: {
    label: 'Series',
    /** @param {number} count */
    images: (count) => `${count} ${count === 1 ? 'image' : 'images'}`,
    /** @param {number} present @param {number} total */
    loading: (present, total) => `${present} of ${total}`,
    shown: 'shown',
    notShown: 'not shown yet',
    noDescription: 'Series',
  },
  corner: {
    /** @param {number} image @param {number} images */
    image: (image, images) => `Image ${image}/${images}`,
    /** @param {number} number */
    instance: (number) => `no. ${number}`,
    /** @param {string} center @param {string} width */
    window: (center, width) => `C ${center}  W ${width}`,
    thickness: 'thick',
    flipped: 'FLIPPED',
    rotated: 'ROTATED',
    inverted: 'INVERTED',
    unknownOrientation: 'orientation unknown',
    unclearOrientation: 'orientation unclear',
    /** @param {string[]} sides */
    unclearSide: (sides) => `side unclear (${sides.join(' or ')})`,
    /** @type {Record<string, string>} */
    sides: { B: 'both', U: 'unpaired' },
    atDetector: 'mm at the detector',
    /** How millimetres were calibrated. @type {Record<string, string>} */
    calibration: { fiducial: 'mm, calibrated by fiducial', geometry: 'mm, calibrated by geometry' },
    calibratedSomehow: 'mm, calibrated, not said how',
    coarse: 'coarser while moving',
    reduced: 'reduced copy',
    windowPending: 'window not known yet',
    missing: 'not loaded',
    unreadable: 'can’t be read',
    /** @param {string} ratio */
    lossyStream: (ratio) => ['stream: lossy', ratio, '(H.264)'].filter(Boolean).join(' '),
    lossy: 'lossy',
    /** @param {string} how */
    lossyFile: (how) => `file: ${how}`,
    /** @param {number} present @param {number} total */
    incomplete: (present, total) => `${present} of ${total} loaded`,
    /** Where a window comes from, by WindowSource. */
    /** A volume's look that is not as its name says. @param {string} look @param {string} how */
    changedLook: (look, how) => `${look}, changed: ${how}`,
    otherWindow: 'another window',
    sources: ['', 'from the file', 'one for the series, from 0', 'from percentiles', 'full range', 'typed', 'set by hand', 'preset', 'of one image'],
    /** @param {string} name */
    preset: (name) => `preset ${name}`,
    volume: 'Volume',
    /** @type {Record<string, string>} */
    planes: { axial: 'axial', coronal: 'coronal', sagittal: 'sagittal' },
    empty: 'Choose a series',
  },
  goTo: {
    label: 'Go to image',
    /** @param {number} images */
    of: (images) => `of ${images}`,
    /** @param {number} images */
    bad: (images) => `Write a number from 1 to ${images}.`,
  },
  marks: {
    delete: 'click a mark to select it first',
    selectFirst: 'Click a mark to select it first.',
    show: 'Show',
    /** In the place of a value that was not measured on the images that are there now. @type {Record<string, string>} */
    since: {
      replaced: 'image replaced since',
      changed: 'images changed since',
    },
    notSaved: 'Marks not saved',
    notSavedYet: 'The server has not confirmed yet that the marks are saved. Leave this page open.',
    notKnown: 'not known on which images',
    /** @param {string} words what the mark says @param {number} image */
    notShown: (words, image) => `The selected mark (${words || '–'}, image ${image}) is not in sight: go there to delete it.`,
    /** @param {string} words what the mark said @param {number} image */
    deleted: (words, image) => `Mark deleted: ${words || '–'}, image ${image}. Undo brings it back.`,
  },
  help: {
    title: 'Keys and gestures',
    check: 'Check this device and this network',
    close: 'Close',
    handsTitle: 'Hands',
    keysTitle: 'Keys',
    hands: [
      ['Scroll', 'wheel, or drag with the scroll tool; one finger up and down'],
      ['Window', 'right drag or Alt + drag: right widens, up is brighter'],
      ['Pan', 'middle drag or space + drag; two fingers'],
      ['Zoom', 'Ctrl + wheel or pinch; Shift + drag'],
      ['One viewport and back', 'double click or double tap'],
      ['Series', 'click or drag a thumbnail to a viewport'],
      ['Length, probe', 'drag or click with the tool; drag a handle to change it, click it to measure anew where images changed since; click a mark to select it'],
    ],
    about:
      'Pictures are drawn on the render host and come as video. While they move they are lossy; when the hand rests the exact picture comes and is proven. The badge says which it is.',
  },
  keys: {
    scroll: 'Scroll tool',
    window: 'Window tool',
    pan: 'Pan tool',
    zoom: 'Zoom tool',
    crosshair: 'Cross-hair tool',
    length: 'Length tool',
    probe: 'Probe tool',
    rotate: 'Turn the volume',
    previousImage: 'Previous image',
    nextImage: 'Next image',
    firstImage: 'First image',
    lastImage: 'Last image',
    goToImage: 'Go to image',
    previousSeries: 'Previous series',
    nextSeries: 'Next series',
    preset: 'Window preset',
    fileWindow: 'The file’s own window, then its next',
    invert: 'Invert',
    interpolation: 'Interpolation',
    fit: 'Fit to the viewport',
    oneToOne: '1:1 pixels',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    maximize: 'Maximise viewport, and back',
    layout1: 'One viewport',
    layout2: 'Two viewports',
    layout4: 'Four viewports',
    layoutMpr: 'MPR',
    layoutMpr3d: 'MPR and volume',
    nextViewport: 'Next viewport',
    nextStudy: 'Next study',
    previousStudy: 'Previous study',
    reset: 'Reset view',
    undo: 'Undo mark',
    redo: 'Redo mark',
    deleteMark: 'Delete the selected mark',
    cancel: 'Cancel',
    worklist: 'Worklist',
    stats: 'Fidelity and latency',
    help: 'This help',
  },
};
