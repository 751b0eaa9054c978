"""Packets on the `frames` channel. Numbers of 32 bits are exact in binary, so that what is decoded equals what was encoded."""

from __future__ import annotations

from signaling.protocol import errors
from signaling.protocol import frames as f

STACK = f.ViewportRecord(
    viewport=0,
    kind=f.ViewportKind.STACK,
    flags=f.RecordFlag.FLIPPED | f.RecordFlag.ROTATED_90 | f.RecordFlag.MILLIMETRES | f.RecordFlag.ORIENTED,
    revision=18,
    series=0,
    image=54,
    images=108,
    instance_number=55,
    center=40.0,
    width=400.5,
    zoom=1.25,
    position=-123.75,
    thickness=1.5,
    rect=(0, 0, 640, 800),
    canvas_from_world=(2.0, 0.0, 0.0, 320.0, 0.0, 2.0, 0.0, 400.0, 0.0, 0.0, 1.0, -123.75),
    letters=("R", "L", "A", "P"),
    present=108,
    terms=3,
    voi_source=f.WindowSource.FILE,
    voi_number=1,
)
MPR = f.ViewportRecord(
    viewport=1,
    kind=f.ViewportKind.MPR,
    flags=f.RecordFlag.INCOMPLETE | f.RecordFlag.MISSING,
    revision=17,
    series=0,
    image=0,
    images=256,
    instance_number=-1,
    center=-600.0,
    width=1500.0,
    zoom=0.5,
    position=0.0,
    thickness=0.0,
    rect=(641, 0, 639, 800),
    canvas_from_world=tuple(float(n) / 4 for n in range(-6, 6)),
    letters=("ALH", "PRF", "", "F"),
    present=40,
)
FRAME = f.FrameInfo(
    rtp=4_294_967_295,
    revision=18,
    input_sequence=77,
    visible=(1279, 800),
    coded=(1280, 800),
    draw_ms=4.5,
    encode_ms=5.5,
    flags=f.FrameFlag.KEY,
    scale=0.5,
    size=21_345,
    viewports=(18, 17),
)
BEFORE = f.FrameInfo(
    rtp=4_294_964_295,
    revision=17,
    input_sequence=76,
    visible=(1279, 800),
    coded=(1280, 800),
    draw_ms=0.5,
    encode_ms=6553.5,
    flags=f.FrameFlag.REFINEMENT | f.FrameFlag.HEARTBEAT,
    scale=1.0,
    size=900,
    viewports=(17, 17),
)
BOTH = f.FramesPacket(epoch=4, event_acknowledged=9, frames=(FRAME, BEFORE), records=(STACK, MPR))
ALONE = f.FramesPacket(epoch=65_535, event_acknowledged=0, frames=(FRAME,), records=())
BEAT = f.HostBeat(
    epoch=4,
    sequence=12,
    time=8100.25,
    echo=3600.5,
    event_acknowledged=9,
    worker_age_ms=65_535,
    rtt_ms=31,
    bit_rate=4_200_000,
    rtp=4_294_967_295,
    revision=18,
    input_sequence=4_294_967_294,
)

VALID: list[tuple[str, f.FramesPacket | f.HostBeat]] = [
    ("two frames, two records", BOTH),
    ("one frame, no record", ALONE),
    ("beat", BEAT),
]

_ALONE = f.encode_frames(ALONE)
_BOTH = f.encode_frames(BOTH)

REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", errors.MALFORMED),
    ("cut short", _ALONE[:-1], errors.MALFORMED),
    ("longer than it says", _ALONE + b"\0", errors.MALFORMED),
    ("another version", _ALONE[:1] + b"\x09" + _ALONE[2:], errors.VERSION),
    ("unknown kind", b"\x07" + _ALONE[1:], errors.UNKNOWN_TYPE),
    ("a record promised, none sent", _ALONE[:9] + b"\x01" + _ALONE[10:], errors.MALFORMED),
    ("half a beat", f.encode_beat(BEAT)[:20], errors.MALFORMED),
]
