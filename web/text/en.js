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
  bar: {
    strip: 'Series list',
    help: 'Help',
    back: 'Worklist',
    notSaved: 'Marks not saved',
    notSavedYet: 'The server has not confirmed yet that the marks are saved. Leave this page open.',
  },
  /** @type {Record<string, string>} */
  interpolations: { nearest: 'none', linear: 'linear', cubic: 'cubic, edges overshoot' },
  /** A series that its file does not describe. */
  noDescription: 'Series',
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
    /** @param {string} first @param {string} last */
    severalDates: (first, last) => `images of ${first} to ${last}`,
    /** @param {string} date */
    anotherStudyDate: (date) => `file of a study of ${date}`,
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
};
