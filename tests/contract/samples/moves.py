"""Packets on the `moves` channel. Numbers of 32 bits are exact in binary, so that what is decoded equals what was encoded."""

from __future__ import annotations

from signaling.protocol import errors
from signaling.protocol import moves as m

IDLE = m.Moves(
    epoch=1,
    sequence=1,
    time=16.5,
    revision=0,
    gesture=0,
    buttons=0,
    modifiers=0,
    pointer=m.PointerType.MOUSE,
    x=0.5,
    y=0.25,
)
DRAG = m.Moves(
    epoch=65_535,
    sequence=4_294_967_295,
    time=123_456.75,
    revision=4_294_967_294,
    gesture=3,
    buttons=1,
    modifiers=m.Modifier.SHIFT | m.Modifier.CTRL,
    pointer=m.PointerType.PEN,
    x=-0.125,
    y=1.5,
    wheel=-360,
    zoom_wheel=240,
    scale=1.25,
    inputs=255,
    events=(
        m.PointerEvent(
            number=8, kind=m.EventKind.DOWN, gesture=3, revision=17, x=0.5, y=0.5, pointer=m.PointerType.PEN
        ),
        m.PointerEvent(
            number=9,
            kind=m.EventKind.UP,
            gesture=3,
            revision=18,
            x=0.75,
            y=0.5,
            button=2,
            modifiers=1,
            pointer=m.PointerType.PEN,
            commands=513,
        ),
    ),
    points=((0.5, 0.5), (0.625, 0.5), (0.75, 0.5)),
)
FULL = m.Moves(
    epoch=2,
    sequence=77,
    time=2000.0,
    revision=40,
    gesture=9,
    buttons=0,
    modifiers=0,
    pointer=m.PointerType.TWO_FINGERS,
    x=0.5,
    y=0.5,
    scale=0.5,
    events=tuple(
        m.PointerEvent(number=n, kind=m.EventKind.DOUBLE, gesture=9, revision=40, x=0.5, y=0.5)
        for n in range(1, 9)
    ),
)
BEAT = m.PageBeat(
    epoch=4, sequence=12, time=3600.5, revision=18, rtp=3_000_000_000, echo=8100.25, pictures=411
)

VALID: list[tuple[str, m.Moves | m.PageBeat]] = [
    ("nothing held", IDLE),
    ("a pen drags, its points coalesced, every number at its end", DRAG),
    ("as many events as a packet may hold", FULL),
    ("beat", BEAT),
]

_IDLE = m.encode_moves(IDLE)
_NOT_A_NUMBER = bytes.fromhex("0000c07f")

REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", errors.MALFORMED),
    ("cut short", _IDLE[:-1], errors.MALFORMED),
    ("longer than it says", _IDLE + b"\0" * 8, errors.MALFORMED),
    ("another version", _IDLE[:1] + b"\x09" + _IDLE[2:], errors.VERSION),
    ("unknown kind", b"\x07" + _IDLE[1:], errors.UNKNOWN_TYPE),
    ("unknown pointer type", _IDLE[:24] + b"\x09" + _IDLE[25:], errors.MALFORMED),
    ("not a number", _IDLE[:28] + _NOT_A_NUMBER + _IDLE[32:], errors.MALFORMED),
    ("events promised, none sent", _IDLE[:25] + b"\x01" + _IDLE[26:], errors.MALFORMED),
    ("too large", _IDLE + b"\0" * 1_150, errors.TOO_LARGE),
    ("half a beat", m.encode_beat(BEAT)[:20], errors.MALFORMED),
]
