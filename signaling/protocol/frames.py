"""The `frames` channel: what each picture shows, host → page, binary, little-endian, unordered, never retransmitted.

A packet describes the newest frame and up to two before it, and carries the viewport records that changed lately. A frame
names for every viewport the revision its record had; the page shows a viewport's text and overlay only when it holds a record
of exactly that revision. So a lost packet can hide text for a moment but never shows text of another picture.

    packet:  u8 kind = 1, u8 version = 2, u16 epoch, u32 event acknowledged, u8 frames, u8 records, u16 reserved      (12 bytes)
    frame:   u32 rtp, u32 revision, u32 input sequence, u16 visible w, u16 visible h, u16 coded w, u16 coded h,
             u16 draw (0.1 ms), u16 encode (0.1 ms), u8 flags, u8 viewports, u16 scale (1/1000), u32 bytes           (32 bytes)
             then u32 record revision × viewports
    record:  u8 viewport, u8 kind, u16 terms (65535 = none), u32 flags, u32 record revision, i32 series, i32 image (0-based),
             i32 images, i32 instance number, f32 centre, f32 width, f32 zoom, f32 position mm, f32 thickness mm,
             u16 × 4 rect (picture pixels), f32 × 12 canvas from world (rows: x px, y px, depth mm), 4 × 4 ASCII
             letters (left, right, top, bottom), i32 present, u8 window source, u8 window number, u16 reserved      (128 bytes)
    beat:    u8 kind = 2, u8 version, u16 epoch, u32 sequence, f64 host time ms, f64 page time echoed ms,
             u32 event acknowledged, u16 worker's last sign ms ago, u16 rtt ms, u32 bit rate, u32 rtp of the newest
             frame, u32 its revision, u32 input sequence (the newest moves packet that was heard)                 (48 bytes)
"""

from __future__ import annotations

import enum
import struct

import msgspec

from signaling.protocol import errors, limits
from signaling.protocol.errors import ProtocolError

KIND_FRAMES = 1
KIND_BEAT = 2
VERSION = 2
NO_TERMS = 65_535
_PACKET = struct.Struct("<BBHIBBH")
_FRAME = struct.Struct("<IIIHHHHHHBBHI")
_RECORD = struct.Struct("<BBHIIiiii5f4H12f4s4s4s4siBBH")
_BEAT = struct.Struct("<BBHIddIHHIIII")


class FrameFlag(enum.IntFlag):
    """What is special about a frame."""

    KEY = 1
    REFINEMENT = 2
    HEARTBEAT = 4
    STILL = 8
    """The exact picture: coded without loss, on the second track or as an image."""


class ViewportKind(enum.IntEnum):
    """What a viewport is."""

    EMPTY = 0
    STACK = 1
    MPR = 2
    VOLUME = 3


class RecordFlag(enum.IntFlag):
    """What the corner text must say about a viewport."""

    FLIPPED = 1
    ROTATED_90 = 2
    ROTATED_180 = 4
    INVERTED = 8
    INCOMPLETE = 16
    MILLIMETRES = 32
    ORIENTED = 64
    AT_DETECTOR = 128
    MISSING = 256
    COARSE = 512
    REDUCED = 1024
    COLOR = 2048
    POSITIONED = 4096
    MINIFIED = 8192
    """Fewer pixels are shown than the image has, in some direction."""
    WINDOW_PENDING = 16384
    """No window is known yet, neither of the file nor from its pixels: the one it is drawn with stands for none."""
    OTHER_PATIENT = 65536
    """Its images are of another patient than the study's own."""
    CONTRADICTING = 131072
    """What the file says of left and right contradicts itself: there are no letters, whatever else is there."""


class WindowSource(enum.IntEnum):
    """Where a window comes from. FILE: `voi_number` is which of the image's own; ONE_IMAGE: one image's, for the whole."""

    NONE = 0
    FILE = 1
    SERIES = 2
    PERCENTILES = 3
    FULL_RANGE = 4
    TYPED = 5
    DRAG = 6
    PRESET = 7
    ONE_IMAGE = 8


class ViewportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One viewport as one picture shows it. Rotation by 270° is both ROTATED flags.

    `terms` numbers what else the file says of the image shown (control.ImageTermsTable); NO_TERMS: of planes and volumes, which
    are made of many. `position` is one with POSITIONED only, `thickness` is the image's own, 0 where it is not known.
    """

    viewport: int
    kind: ViewportKind
    flags: int
    revision: int
    series: int
    image: int
    images: int
    instance_number: int
    center: float
    width: float
    zoom: float
    position: float
    thickness: float
    rect: tuple[int, int, int, int]
    canvas_from_world: tuple[float, ...]
    letters: tuple[str, str, str, str]
    present: int
    terms: int = NO_TERMS
    voi_source: WindowSource = WindowSource.NONE
    voi_number: int = 0


class FrameInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One coded picture: which revision it shows, and which record revision each viewport has in it."""

    rtp: int
    revision: int
    input_sequence: int
    visible: tuple[int, int]
    coded: tuple[int, int]
    draw_ms: float
    encode_ms: float
    flags: int
    scale: float
    size: int
    viewports: tuple[int, ...]


class FramesPacket(msgspec.Struct, frozen=True, kw_only=True):
    """Newest frame first."""

    epoch: int
    event_acknowledged: int
    frames: tuple[FrameInfo, ...]
    records: tuple[ViewportRecord, ...]


class HostBeat(msgspec.Struct, frozen=True, kw_only=True):
    """The host's sign of life, every 300 ms; `worker_age_ms` is the age of the worker's last sign (65535 = none)."""

    epoch: int
    sequence: int
    time: float
    echo: float
    event_acknowledged: int
    worker_age_ms: int
    rtt_ms: int
    bit_rate: int
    rtp: int
    revision: int
    input_sequence: int


def _tenths(milliseconds: float) -> int:
    return max(0, min(65_535, round(milliseconds * 10)))


def encode_frames(packet: FramesPacket) -> bytes:
    """The packet's bytes."""
    parts = [
        _PACKET.pack(
            KIND_FRAMES,
            VERSION,
            packet.epoch,
            packet.event_acknowledged,
            len(packet.frames),
            len(packet.records),
            0,
        )
    ]
    for f in packet.frames:
        parts.append(
            _FRAME.pack(
                f.rtp, f.revision, f.input_sequence, *f.visible, *f.coded, _tenths(f.draw_ms), _tenths(f.encode_ms),
                f.flags, len(f.viewports), round(f.scale * 1000), f.size,
            )
        )  # fmt: skip
        parts.append(struct.pack(f"<{len(f.viewports)}I", *f.viewports))
    for r in packet.records:
        letters = [text.encode("ascii", "replace")[:4] for text in r.letters]
        parts.append(
            _RECORD.pack(
                r.viewport, r.kind, r.terms, r.flags, r.revision, r.series, r.image, r.images, r.instance_number, r.center,
                r.width, r.zoom, r.position, r.thickness, *r.rect, *r.canvas_from_world, *letters, r.present,
                r.voi_source, r.voi_number, 0,
            )
        )  # fmt: skip
    return b"".join(parts)


def encode_beat(beat: HostBeat) -> bytes:
    """The beat's bytes."""
    return _BEAT.pack(
        KIND_BEAT, VERSION, beat.epoch, beat.sequence, beat.time, beat.echo, beat.event_acknowledged,
        min(65_535, beat.worker_age_ms), min(65_535, beat.rtt_ms), beat.bit_rate, beat.rtp, beat.revision,
        beat.input_sequence,
    )  # fmt: skip


def decode(data: bytes) -> FramesPacket | HostBeat:
    """The packet in `data` (the page has the same decoder in JavaScript).

    Raises:
        ProtocolError: wrong length, kind, version or enum value.
    """
    if len(data) < 2 or len(data) > 4 * limits.FRAMES_PACKET_BYTES:
        raise ProtocolError(errors.MALFORMED, f"A frames packet of {len(data)} bytes is not understood.")
    if data[1] != VERSION:
        raise ProtocolError(errors.VERSION, f"A frames packet of version {data[1]} is not understood.")
    try:
        if data[0] == KIND_FRAMES:
            return _decode_frames(data)
        if data[0] == KIND_BEAT:
            _, _, epoch, seq, time, echo, ack, age, rtt, rate, rtp, revision, sequence = _BEAT.unpack(data)
            return HostBeat(
                epoch=epoch, sequence=seq, time=time, echo=echo, event_acknowledged=ack, worker_age_ms=age, rtt_ms=rtt,
                bit_rate=rate, rtp=rtp, revision=revision, input_sequence=sequence,
            )  # fmt: skip
    except (struct.error, ValueError):
        raise ProtocolError(errors.MALFORMED, "A frames packet does not fit its layout.") from None
    raise ProtocolError(errors.UNKNOWN_TYPE, f"A frames packet of kind {data[0]} is not known.")


def _decode_frames(data: bytes) -> FramesPacket:
    _, _, epoch, acknowledged, n_frames, n_records, _ = _PACKET.unpack_from(data)
    at = _PACKET.size
    frames = []
    for _ in range(n_frames):
        rtp, revision, sequence, vw, vh, cw, ch, draw, encode, flags, n, scale, size = _FRAME.unpack_from(
            data, at
        )
        at += _FRAME.size
        viewports = struct.unpack_from(f"<{n}I", data, at)
        at += 4 * n
        frames.append(
            FrameInfo(
                rtp=rtp, revision=revision, input_sequence=sequence, visible=(vw, vh), coded=(cw, ch), draw_ms=draw / 10,
                encode_ms=encode / 10, flags=flags, scale=scale / 1000, size=size, viewports=viewports,
            )
        )  # fmt: skip
    records = []
    for _ in range(n_records):
        values = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        letters = tuple(raw.rstrip(b"\0").decode("ascii") for raw in values[30:34])
        records.append(
            ViewportRecord(
                viewport=values[0], kind=ViewportKind(values[1]), flags=values[3], revision=values[4], series=values[5],
                image=values[6], images=values[7], instance_number=values[8], center=values[9], width=values[10],
                zoom=values[11], position=values[12], thickness=values[13], rect=values[14:18],
                canvas_from_world=values[18:30], letters=(letters[0], letters[1], letters[2], letters[3]),
                present=values[34], terms=values[2], voi_source=WindowSource(values[35]), voi_number=values[36],
            )
        )  # fmt: skip
    if at != len(data):
        raise ValueError
    return FramesPacket(
        epoch=epoch, event_acknowledged=acknowledged, frames=tuple(frames), records=tuple(records)
    )
