/** Messages between a page and the signaling server on /ws/page (twin of signaling/protocol/page.py). */

import type { FromPage as FirstMessage } from './control.js';
import type { IceServer } from './records.js';

/** What carries a seat. */
export type Carrier = 'webrtc' | 'socket';
/** Why a seat was of no use to the page; nothing = it was. */
export type SeatProblem = '' | 'bad-offer' | 'not-connected' | 'no-archive';

export type FromPage =
  | { type: 'hello'; protocol: number; page: string }
  | { type: 'seat.request'; request: string; fingerprint: string; archive: string; first?: FirstMessage[]; transport?: Carrier }
  | { type: 'seat.answer'; seat: string; sdp: string }
  | SeatCandidate
  | { type: 'seat.release'; seat: string; problem?: SeatProblem }
  | { type: 'ping'; number: number };

export interface SeatCandidate {
  type: 'seat.candidate';
  seat: string;
  candidate: string;
  sdp_mid: string;
  sdp_m_line_index: number;
}

export interface Welcome {
  type: 'welcome';
  protocol: number;
  user: string;
  role: string;
  tenant: string;
  build: string;
  demo: string;
}

export interface SeatOffer {
  type: 'seat.offer';
  request: string;
  seat: string;
  host: string;
  host_name: string;
  renderer: string;
  encoder: string;
  sdp: string;
  ice_servers: IceServer[];
  relay_only: boolean;
  /** How many of the request's first messages the host has taken: all, or none. */
  first: number;
  transport: Carrier;
  /** Joins the two ends of a seat on a WebSocket; good once. */
  stream: string;
}

export interface SeatFailed {
  type: 'seat.failed';
  request: string;
  code: string;
  message: string;
  retry_after: number;
}

export interface SeatLost {
  type: 'seat.lost';
  seat: string;
  code: string;
  message: string;
}

export interface SeatDoubted {
  type: 'seat.doubted';
  seat: string;
}

export interface WorklistChanged {
  type: 'worklist.changed';
  archive: string;
  studies: number;
  files_seen: number;
  files_total: number;
  scanning: boolean;
  problem: string;
}

export type ToPage =
  | Welcome
  | SeatOffer
  | SeatFailed
  | SeatLost
  | SeatDoubted
  | SeatCandidate
  | WorklistChanged
  | { type: 'pong'; number: number }
  | { type: 'error'; code: string; message: string }
  | { type: 'signed-out'; message: string; lapsed?: boolean }
  | { type: 'sign-in.ends'; message: string };
