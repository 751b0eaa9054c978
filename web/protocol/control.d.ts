/** Messages on the `control` channel (twin of signaling/protocol/control.py). */

import type { ContentChange, ImageTerms, MarkInfo, SeriesInfo, StudyInfo, ViewportInfo } from './records.js';

export type CommandValue = string | boolean | number | number[] | null;

export interface Command {
  type: 'command';
  id: number;
  revision: number;
  name: string;
  viewport: number;
  value: CommandValue;
}

export interface OpenStudy {
  type: 'open';
  request: number;
  archive: string;
  study: string;
  width: number;
  height: number;
  device_pixel_ratio: number;
  series: string;
  image: number;
  touch: boolean;
  fresh: boolean;
  goes_on: boolean;
  /** What the host of the seat before called the page's hand. */
  hand: string;
}

export type FromPage =
  | OpenStudy
  | { type: 'close' }
  | { type: 'resize'; width: number; height: number; device_pixel_ratio: number }
  | Command
  | { type: 'abilities'; still: StillMethod[]; held: number }
  | { type: 'still.checked'; still: number; verdict: StillVerdict; sha256: string; reason: string }
  | { type: 'changes.noted'; session: string }
  | { type: 'record.request'; sha256: string }
  | PageMeasures
  | {
      type: 'event';
      number: number;
      kind: number;
      gesture: number;
      revision: number;
      x: number;
      y: number;
      button: number;
      modifiers: number;
      pointer: number;
    }
  | { type: 'visibility'; visible: boolean };

export interface SeatHello {
  type: 'hello';
  protocol: number;
  host: string;
  renderer: string;
  encoder: string;
  max_width: number;
  max_height: number;
}

export interface Opening {
  type: 'opening';
  request: number;
  stage: string;
  done: number;
  total: number;
}

export interface Opened {
  type: 'opened';
  request: number;
  session: string;
  epoch: number;
  study: StudyInfo;
  series: SeriesInfo[];
  goes_on: boolean;
  /** The name of the hand whose numbers count here; hosts of before have none. */
  hand?: string;
  notices: string[];
  /** Unix seconds; 0 = no view was taken up again. */
  resumed_at: number;
  /** flipped, rotated, inverted */
  resumed_words: string[];
  changes: ContentChange[];
  /** Absent from a host that does not know it, nor `changes.noted`. */
  unnoted?: ContentChange[];
}

export interface OpenFailed {
  type: 'open.failed';
  request: number;
  code: string;
  message: string;
}

export interface StateSnapshot {
  type: 'state';
  epoch: number;
  revision: number;
  layout: string;
  viewports: ViewportInfo[];
  active: number;
  maximized: boolean;
  tool: string;
  can_undo: boolean;
  can_redo: boolean;
  interpolation: string;
}

/** What the files say of images of a series, from number `first` on. */
export interface ImageTermsTable {
  type: 'image.terms';
  epoch: number;
  series: number;
  first: number;
  terms: ImageTerms[];
}

export interface Progress {
  type: 'progress';
  epoch: number;
  series: number;
  present: number;
  total: number;
  spans: [number, number][];
  failed: number[];
  /** How many failed in all; `failed` names some. */
  failures: number;
  problem: string;
  /** Codes of what is said of images' data, each with the first image and the one after the last. */
  noted: [string, number, number][];
}

export interface Thumbnail {
  type: 'thumbnail';
  epoch: number;
  series: number;
  png: string;
}

export interface MarksDocument {
  type: 'marks';
  epoch: number;
  version: number;
  marks: MarkInfo[];
  saved: boolean;
  problem: string;
  /** Ids, and when each mark was made, changed or deleted last, Unix seconds, 0 = not known; absent from a host that does not say it. */
  changed?: [string, number][] | null;
}

/** The mark that the hand draws or changes; null = it is given up. */
export interface MarkDraft {
  type: 'mark.draft';
  epoch: number;
  mark: MarkInfo | null;
}

/** Whether the marks as they were last said are kept, and why not. */
export interface MarksSaved {
  type: 'marks.saved';
  epoch: number;
  saved: boolean;
  problem: string;
}

export interface Notice {
  type: 'notice';
  level: string;
  code: string;
  message: string;
  viewport: number;
  mark: string;
  series: number;
  image: number;
}

export interface Probe {
  type: 'probe';
  revision: number;
  viewport: number;
  x: number;
  y: number;
  text: string;
}

/** How a still's bytes reach the page (twin of signaling/protocol/stills.py). */
export type StillMethod = 'track' | 'jxl' | 'png' | 'held';

export interface StillProof {
  type: 'still';
  still: number;
  epoch: number;
  revision: number;
  rtp: number;
  method: StillMethod;
  planes: 'grey' | 'gbr';
  width: number;
  height: number;
  coded: [number, number];
  channels: number;
  sha256: string;
  size: number;
  input_sequence: number;
  event_acknowledged: number;
  command: number;
  description: string;
  attempt: number;
}

export type StillVerdict = 'exact' | 'mismatch' | 'missing' | 'undecoded' | 'stale';

export interface PageMeasures {
  type: 'measures';
  samples: number;
  p50_ms: number;
  p95_ms: number;
  pictures_per_second: number;
  exact: number;
  exact_p50_ms: number;
}

/** See message_parts.js. */
export interface MessagePart {
  type: 'part';
  number: number;
  index: number;
  count: number;
  text: string;
}

export type ToPage =
  | SeatHello
  | Opening
  | Opened
  | OpenFailed
  | StateSnapshot
  | ImageTermsTable
  | Progress
  | Thumbnail
  | MarksDocument
  | MarkDraft
  | MarksSaved
  | { type: 'applied'; id: number; revision: number }
  | { type: 'rejected'; id: number; code: string; message: string }
  | Notice
  | { type: 'renderer'; state: string; message: string }
  | Probe
  | { type: 'moved'; message: string }
  | StillProof
  | { type: 'still.withdrawn'; still: number; reason: string }
  | { type: 'record'; sha256: string; record: string }
  | MessagePart;
