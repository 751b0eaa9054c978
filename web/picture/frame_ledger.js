/** What the host has told about coded pictures: FrameInfos by RTP timestamp, viewport records by revision. Pure. */

import { isEpochSince, isLater } from './rtp_time.js';

/** @typedef {import('../protocol/frames.js').FrameInfo} FrameInfo */
/** @typedef {import('../protocol/frames.js').FramesPacket} FramesPacket */
/** @typedef {import('../protocol/frames.js').ViewportRecord} ViewportRecord */

const FRAMES_KEPT = 64;
const RECORDS_KEPT = 16;

/** Answers for a decoded frame what it shows. Both memories are bounded; the oldest entry goes first. */
export class FrameLedger {
  /** @type {Map<number, {info: FrameInfo, epoch: number}>} */
  #frames = new Map();
  /** @type {Map<number, ViewportRecord>[]} by viewport */
  #records = [];
  /** @type {number | null} */
  #floor = null;
  #epoch = 0;

  /** The newest epoch heard of since the study was opened. */
  get epoch() {
    return this.#epoch;
  }

  get isOpen() {
    return this.#floor !== null;
  }

  /** The newest revision that a picture of the open study was told to have, or null. */
  get revision() {
    if (this.#floor === null) return null;
    let newest = null;
    for (const { info, epoch } of this.#frames.values()) {
      if (isEpochSince(epoch, this.#floor) && (newest === null || isLater(info.revision, newest))) newest = info.revision;
    }
    return newest;
  }

  /** Nothing belongs to the page any more, until `open`. */
  close() {
    this.#floor = null;
    this.#frames.clear();
    this.#records = [];
  }

  /**
   * From now on only what is of `epoch` or later belongs to the page.
   * @param {number} epoch
   */
  open(epoch) {
    this.#floor = epoch;
    this.#epoch = epoch & 0xffff;
    for (const [rtp, entry] of this.#frames) {
      if (!isEpochSince(entry.epoch, epoch)) this.#frames.delete(rtp);
      else this.#meet(entry.epoch);
    }
  }

  /** @param {number} epoch */
  #meet(epoch) {
    if (isEpochSince(epoch, this.#epoch)) this.#epoch = epoch & 0xffff;
  }

  /**
   * Packets may come before the message that opens their epoch: they are kept and judged when it comes.
   * @param {FramesPacket} packet
   */
  add(packet) {
    if (this.#floor !== null) {
      if (!isEpochSince(packet.epoch, this.#floor)) return;
      this.#meet(packet.epoch);
    }
    for (const info of [...packet.frames].reverse()) {
      this.#frames.delete(info.rtp);
      this.#frames.set(info.rtp, { info, epoch: packet.epoch });
    }
    for (const record of packet.records) {
      const known = (this.#records[record.viewport] ??= new Map());
      known.delete(record.revision);
      known.set(record.revision, record);
      trim(known, RECORDS_KEPT);
    }
    trim(this.#frames, FRAMES_KEPT);
  }

  /**
   * What the frame of this RTP timestamp shows, when it belongs to the open study and is known.
   * @param {number} rtp
   * @returns {FrameInfo | null}
   */
  find(rtp) {
    if (this.#floor === null) return null;
    const entry = this.#frames.get(rtp >>> 0);
    return entry && isEpochSince(entry.epoch, this.#floor) ? entry.info : null;
  }

  /**
   * The newest words of a picture of the open study that has this coded size.
   * @param {number} width
   * @param {number} height
   * @returns {FrameInfo | null}
   */
  sized(width, height) {
    if (this.#floor === null) return null;
    for (const { info, epoch } of [...this.#frames.values()].reverse()) {
      if (isEpochSince(epoch, this.#floor) && info.coded[0] === width && info.coded[1] === height) return info;
    }
    return null;
  }

  /**
   * The record of each viewport that this picture shows; null where none of exactly that revision is held.
   * @param {FrameInfo} info
   * @returns {(ViewportRecord | null)[]}
   */
  records(info) {
    return info.viewports.map((revision, viewport) => this.#records[viewport]?.get(revision) ?? null);
  }
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 * @param {number} size
 */
function trim(map, size) {
  for (const key of map.keys()) {
    if (map.size <= size) return;
    map.delete(key);
  }
}
