/**
 * The rules of green: which still may be shown, and what may be claimed of the picture on the glass (docs/safety.md, rule 9).
 * Doubt is lossy; a hash that differs is a mismatch. Pure.
 */

import { RecordFlag, ViewportKind } from '../protocol/frames.js';
import { isEpochSince, isLater } from './rtp_time.js';

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */
/** @typedef {import('../protocol/control.js').StillProof} StillProof */
/** @typedef {'exact' | 'lossy' | 'mismatch'} Fidelity */

/**
 * What the hand has done last on this seat.
 * @typedef {object} Deeds
 * @property {number | null} sequence of the newest packet that carried input; null = none did
 * @property {number} event number of the newest discrete event
 * @property {number} command id of the newest command
 * @property {boolean} isWaiting whether some input has not left yet
 */

/**
 * Whether the state that a still shows has in it all that the hand has done.
 * @param {Pick<StillProof, 'input_sequence' | 'event_acknowledged' | 'command'>} proof
 * @param {Deeds} deeds
 */
export function covers(proof, { sequence, event, command, isWaiting }) {
  if (isWaiting || (sequence !== null && isLater(sequence, proof.input_sequence))) return false;
  return proof.event_acknowledged >= event && proof.command >= command;
}

/**
 * Whether a still is of the open study and of no older state than what is shown or known.
 * @param {Pick<StillProof, 'epoch' | 'revision'>} proof
 * @param {{isOpen: boolean, epoch: number, revision: number | null}} glass epoch: the newest heard of; revision: the newest known
 */
export function isOfNow(proof, { isOpen, epoch, revision }) {
  return isOpen && isEpochSince(proof.epoch, epoch) && (revision === null || !isLater(revision, proof.revision >>> 0));
}

/**
 * Whether a revision that the host speaks of counts on from the one shown: of the open study, also after its picture got another size
 * or another renderer.
 * @param {{epoch: number, revision: number}} said revision 0 = it speaks of none
 * @param {{isOpen: boolean, epoch: number}} glass epoch: the newest heard of
 */
export function isOfStudy(said, { isOpen, epoch }) {
  return isOpen && said.revision !== 0 && isEpochSince(said.epoch, epoch);
}

/**
 * Why something is not exact: a name in text.fidelity.why.
 * @typedef {'' | 'nothing' | 'mismatch' | 'notLive' | 'hidden' | 'moving' | 'unproven' | 'overtaken' | 'reduced' | 'missing' | 'unreadable'
 *   | 'incomplete' | 'coarse' | 'scaled' | 'zoomed' | 'offset' | 'unknownScale' | 'altered' | 'covered' | 'reworded' | 'windowPending' | 'anotherPatient'} Why
 */

/** Of several reasons the first one here is told: what may mislead most. @type {readonly Why[]} */
export const GRAVEST_FIRST = [
  'mismatch', 'notLive', 'anotherPatient', 'altered', 'reworded', 'covered', 'unreadable', 'missing', 'incomplete', 'windowPending', 'moving', 'unproven', 'overtaken', 'coarse',
  'reduced', 'hidden', 'scaled', 'zoomed', 'offset', 'unknownScale',
];

/** The gravest of some reasons; nothing = there is none. @param {readonly Why[]} reasons @returns {Why} */
export function gravest(reasons) {
  return GRAVEST_FIRST.find((why) => reasons.includes(why)) ?? '';
}

/**
 * @typedef {object} Facts
 * @property {FrameInfo | null} info of what is on the glass
 * @property {readonly (ViewportRecord | null)[]} records of what is on the glass
 * @property {boolean} isStill a still is on the glass, and nothing was drawn since
 * @property {boolean} isProven the canvas was read back after the still was drawn, and its hash is the host's
 * @property {boolean} isRefuted a still of this revision had another hash than the host's
 * @property {boolean} isTouched the hand has done something since
 * @property {boolean} isLive
 * @property {boolean} isCurrent nothing newer is known of
 * @property {boolean} isVisible the tab is not hidden
 * @property {(record: ViewportRecord) => boolean} [isUnreadable] whether the image that it shows was tried and can't be shown
 * @property {Why} scale why the picture is not displayed as it is, device pixel for device pixel; nothing = it is
 */

/**
 * @typedef {object} Judgement
 * @property {Fidelity} fidelity of the whole picture
 * @property {Why} why it is not exact
 * @property {Fidelity[]} viewports
 */

/**
 * @param {Facts} facts
 * @returns {Judgement}
 */
export function judge(facts) {
  const whole = whyNotWhole(facts);
  const each = facts.records.map((record) => (isShown(record) ? gravest([...whole, ...whyNotViewport(record, facts)]) : 'nothing'));
  const shown = each.filter((why) => why !== 'nothing');
  // Of a picture without an image nothing is claimed, also while it is not proven; of one whose records are not here yet, nothing is known.
  const isEmpty = shown.length === 0 && (facts.records.length > 0 || whole.length === 0);
  const why = isEmpty && !whole.includes('mismatch') ? 'nothing' : gravest([...whole, ...shown]);
  /** @param {Why} reason @returns {Fidelity} */
  const fidelity = (reason) => (reason === '' ? 'exact' : reason === 'mismatch' ? 'mismatch' : 'lossy');
  return { fidelity: fidelity(why), why, viewports: each.map(fidelity) };
}

/**
 * What stands against the picture as a whole.
 * @param {Facts} facts
 * @returns {Why[]}
 */
function whyNotWhole({ info, isStill, isProven, isRefuted, isTouched, isLive, isCurrent, isVisible, scale }) {
  const isAtRest = isStill && !isTouched && info !== null;
  return named([
    ['mismatch', isRefuted],
    ['notLive', !isLive],
    ['moving', !isAtRest],
    ['unproven', !isProven],
    ['overtaken', !isCurrent],
    ['coarse', info !== null && info.scale !== 1],
    ['hidden', !isVisible],
    [scale, scale !== ''],
  ]);
}

/**
 * The reasons that hold.
 * @param {readonly (readonly [Why, boolean])[]} reasons
 * @returns {Why[]}
 */
function named(reasons) {
  return reasons.filter(([, holds]) => holds).map(([why]) => why);
}

/**
 * @param {ViewportRecord | null} record
 * @returns {boolean} whether there is an image in it, as far as is known
 */
export function isShown(record) {
  return record === null || (record.kind !== ViewportKind.EMPTY && record.rect[2] > 0 && record.rect[3] > 0);
}

/**
 * @param {ViewportRecord | null} record
 * @param {Facts} facts
 * @returns {Why[]}
 */
function whyNotViewport(record, { isUnreadable }) {
  if (!record) return ['unproven'];
  const { flags } = record;
  return named([
    ['anotherPatient', (flags & RecordFlag.OTHER_PATIENT) !== 0],
    ['unreadable', (flags & RecordFlag.MISSING) !== 0 && (isUnreadable?.(record) ?? false)],
    ['missing', (flags & RecordFlag.MISSING) !== 0],
    ['incomplete', (flags & RecordFlag.INCOMPLETE) !== 0],
    ['windowPending', (flags & RecordFlag.WINDOW_PENDING) !== 0],
    ['coarse', (flags & RecordFlag.COARSE) !== 0],
    ['reduced', (flags & RecordFlag.REDUCED) !== 0],
  ]);
}

/**
 * @param {ViewportRecord | null} record
 * @returns {boolean} whether it is shown, and in colour
 */
function isColor(record) {
  return record !== null && isShown(record) && (record.flags & RecordFlag.COLOR) !== 0;
}

/**
 * Bytes of the picture as it is, to bytes spent on it: n of "n:1".
 * @param {FrameInfo} info
 * @param {readonly (ViewportRecord | null)[]} records
 * @param {number} size bytes of all pictures that showed this revision
 */
export function compressionRatio(info, records, size) {
  const scale = info.scale > 0 ? info.scale : 1;
  const [width, height] = info.visible;
  return ((width * height) / (scale * scale)) * (records.some(isColor) ? 3 : 1) / Math.max(1, size);
}
