/** What several messages carry (twin of signaling/protocol/records.py). Names are those of the wire. */

export interface ArchiveStatus {
  archive: string;
  title: string;
  studies: number;
  files_seen: number;
  files_total: number;
  scanning: boolean;
  problem: string;
  /** Since when the problem holds, Unix seconds; 0 = not known. */
  problem_since: number;
  answered: boolean;
}

export interface StudyRow {
  archive: string;
  study: string;
  patient_name: string;
  patient_id: string;
  issuer: string;
  birth_date: string;
  sex: string;
  study_date: string;
  study_time: string;
  accession_number: string;
  description: string;
  modalities: string[];
  body_parts: string[];
  series_count: number;
  image_count: number;
  problem: string;
}

export interface WorklistPage {
  rows: StudyRow[];
  total: number;
  archives: ArchiveStatus[];
  /** What is being done for the demo studies, in words; empty when nothing is. */
  demo: string;
  /** Why there may be nothing to see, in words. */
  problem: string;
}

export interface WindowPreset {
  name: string;
  center: number;
  width: number;
}

/** Something uneven in how a stack's images follow each other; images are numbered from 1. */
export interface GapInfo {
  kind: 'missing' | 'spacing' | 'together' | 'more';
  after: number;
  until: number;
  count: number;
  millimetres: number;
  usual: number;
}

/** What a file says of one image and of no other. */
export interface ImageTerms {
  windows: WindowPreset[];
  units: string;
  laterality: string;
  view_position: string;
  body_part: string;
  frame_rate: number;
  lossy: string;
  notices: string[];
  /** Those of a host of before have neither. */
  dates?: string[];
  study_dates?: string[];
}

/** Body part, laterality, view, units, frame rate, notices and lossy stand here only where they hold for all images. */
export interface SeriesInfo {
  index: number;
  series: string;
  number: number | null;
  modality: string;
  description: string;
  body_part: string;
  laterality: string;
  view_position: string;
  date: string;
  images: number;
  rows: number;
  columns: number;
  color: boolean;
  units: string;
  projection: boolean;
  volumetric: boolean;
  not_volumetric: string;
  frame_rate: number;
  presets: WindowPreset[];
  notices: string[];
  lossy: string;
  fault: string;
  declared_images: number;
  gaps: GapInfo[];
  patient: number;
  part: [string, string][];
  /** How millimetres of projections came about: fiducial, geometry, calibrated; '' = not calibrated. */
  calibration: string;
}

/** Who a file says the patient is. */
export interface PatientInfo {
  patient_name: string;
  patient_id: string;
  issuer: string;
  birth_date: string;
  sex: string;
}

export interface StudyInfo {
  archive: string;
  study: string;
  patient_name: string;
  patient_id: string;
  issuer: string;
  birth_date: string;
  sex: string;
  age: string;
  study_date: string;
  study_time: string;
  accession_number: string;
  description: string;
  checked: string;
  likeness: string;
  spellings: PatientInfo[];
  people: PatientInfo[];
}

/** `of`: view or marks; `change`: gone, new, replaced, series, patient, doubtful, unknown. */
export interface ContentChange {
  of: string;
  change: string;
  series: number;
  series_number: number | null;
  count: number;
}

export interface ViewportInfo {
  rect: [number, number, number, number];
  kind: string;
  plane: string;
  series: number;
  preset: string;
  voi_source: string;
  interpolation: string;
  message: string;
}

export interface MarkInfo {
  mark: string;
  kind: string;
  series: number;
  sop: string;
  frame: number;
  image: number;
  points: [number, number, number][];
  text: string;
  draft: boolean;
  plane: string;
  normal: [number, number, number];
  reach: number;
  /** Why its value is not one of the images that are there now: replaced, changed, unknown; empty = it is. */
  since: string;
}

export interface IceServer {
  urls: string[];
  username: string;
  credential: string;
}

/** What is known of a study before it is open: a worklist row, or a link. */
export interface StudyReference {
  study: string;
  archive: string;
  series?: string;
  image?: number;
  row?: StudyRow | null;
}

/** One render host as the admin page sees it (signaling/api/admin.py). */
export interface HostRow {
  host: string;
  name: string;
  local: boolean;
  state: string;
  since: number;
  drain: boolean;
  /** How far its removal is: empties, ends; nothing = it is not being removed. */
  removal: string;
  machine: string;
  version: string;
  renderer: string;
  encoders: string[];
  capacity: number;
  cores: number;
  memory_total_bytes: number;
  seats: number;
  sessions: number;
  cpu: number;
  memory_bytes: number;
  pictures_per_second: number;
  latency_ms: number;
  archives: ArchiveStatus[];
  problem: string;
  /** Why somebody with its key was refused: another-machine, in-use; nothing = nobody was. */
  refused: string;
  /** When, Unix seconds. */
  refused_at: number;
}
