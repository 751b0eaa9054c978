"""The `moves` channel: what the reader's hand does, page → host, binary, little-endian, unordered, never retransmitted.

Every packet repeats all that matters (absolute position, wheel total, discrete events not yet acknowledged), so that any one
of them may be lost, doubled or late. Layout, 48 bytes, then events of 24 bytes, then points of 8 bytes:

    0  u8  kind = 1          1  u8  version = 1      2  u16 epoch          4  u32 sequence
    8  f64 time (page's performance.now, ms)         16 u32 revision on the glass
    20 u16 gesture id        22 u8  buttons (DOM)    23 u8  modifiers
    24 u8  pointer type      25 u8  events           26 u8  points         27 u8 inputs (modulo 256)
    28 f32 x   32 f32 y (0..1 of the visible picture; the centroid for two fingers)
    36 i32 wheel total (steps × 120 since the seat began; towards the reader is positive)
    40 f32 scale (pinch factor since the gesture began)   44 i32 zoom wheel total (Ctrl + wheel, steps × 120)

    event: u32 number, u8 kind, u8 button, u8 modifiers, u8 pointer type, u16 gesture, u16 commands, u32 revision, f32 x, f32 y
    inputs counts what the hand did; a packet that only repeats what one before it said has the same number.
    point: f32 x, f32 y (coalesced points since the last packet, oldest first; drawing tools only)
"""

from __future__ import annotations

import enum
import math
import struct

import msgspec

from signaling.protocol import errors, limits
from signaling.protocol.errors import ProtocolError

KIND_MOVES = 1
KIND_BEAT = 2
VERSION = 1
_HEADER = struct.Struct("<BBHIdIHBBBBBBffifi")
_EVENT = struct.Struct("<IBBBBHHIff")
_POINT = struct.Struct("<ff")
_BEAT = struct.Struct("<BBHIdIIdI")


class Modifier(enum.IntFlag):
    """Keys held with the pointer."""

    SHIFT = 1
    CTRL = 2
    ALT = 4
    META = 8
    SPACE = 16


class PointerType(enum.IntEnum):
    """W3C Pointer Events pointerType; TWO_FINGERS is a two-finger gesture, its position the centroid."""

    MOUSE = 0
    TOUCH = 1
    PEN = 2
    TWO_FINGERS = 3


class EventKind(enum.IntEnum):
    """Discrete pointer events."""

    DOWN = 1
    UP = 2
    CANCEL = 3
    DOUBLE = 4


class PointerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A discrete event, numbered from 1 per seat and applied once, in order. `button` as in DOM MouseEvent.button.

    `commands` is how many commands the page had sent on this seat (modulo 2^16): the event waits for them, so that a key
    pressed before a click also acts before it, though they travel by different channels.
    """

    number: int
    kind: EventKind
    gesture: int
    revision: int
    x: float
    y: float
    button: int = 0
    modifiers: int = 0
    pointer: PointerType = PointerType.MOUSE
    commands: int = 0


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """One packet: where the hand is now, and the events not yet acknowledged."""

    epoch: int
    sequence: int
    time: float
    revision: int
    gesture: int
    buttons: int
    modifiers: int
    pointer: PointerType
    x: float
    y: float
    wheel: int = 0
    zoom_wheel: int = 0
    scale: float = 1.0
    inputs: int = 0
    events: tuple[PointerEvent, ...] = ()
    points: tuple[tuple[float, float], ...] = ()


class PageBeat(msgspec.Struct, frozen=True, kw_only=True):
    """The page's sign of life, every 300 ms: what it shows, and the host's clock echoed for the round trip.

    Layout, 36 bytes: u8 kind = 2, u8 version, u16 epoch, u32 sequence, f64 page time ms, u32 revision shown,
    u32 RTP timestamp shown, f64 host time echoed (ms; 0 = none yet), u32 pictures shown in all.
    """

    epoch: int
    sequence: int
    time: float
    revision: int
    rtp: int
    echo: float
    pictures: int


def encode_moves(moves: Moves) -> bytes:
    """The packet's bytes."""
    parts = [
        _HEADER.pack(
            KIND_MOVES, VERSION, moves.epoch, moves.sequence, moves.time, moves.revision, moves.gesture, moves.buttons,
            moves.modifiers, moves.pointer, len(moves.events), len(moves.points), moves.inputs & 0xFF, moves.x, moves.y,
            moves.wheel, moves.scale, moves.zoom_wheel,
        )
    ]  # fmt: skip
    parts += [
        _EVENT.pack(
            e.number,
            e.kind,
            e.button,
            e.modifiers,
            e.pointer,
            e.gesture,
            e.commands & 0xFFFF,
            e.revision,
            e.x,
            e.y,
        )
        for e in moves.events
    ]
    parts += [_POINT.pack(x, y) for x, y in moves.points]
    return b"".join(parts)


def encode_beat(beat: PageBeat) -> bytes:
    """The beat's bytes."""
    return _BEAT.pack(
        KIND_BEAT,
        VERSION,
        beat.epoch,
        beat.sequence,
        beat.time,
        beat.revision,
        beat.rtp,
        beat.echo,
        beat.pictures,
    )


def decode(data: bytes) -> Moves | PageBeat:
    """The packet in `data`.

    Raises:
        ProtocolError: wrong length, kind, version, enum value, or a number that is not finite.
    """
    if len(data) > limits.MOVES_PACKET_BYTES:
        raise ProtocolError(
            errors.TOO_LARGE,
            f"A moves packet has {len(data)} bytes; at most {limits.MOVES_PACKET_BYTES} are accepted.",
        )
    if len(data) < 2:
        raise ProtocolError(errors.MALFORMED, "A moves packet is too short.")
    if data[1] != VERSION:
        raise ProtocolError(errors.VERSION, f"A moves packet of version {data[1]} is not understood.")
    try:
        if data[0] == KIND_MOVES:
            return _decode_moves(data)
        if data[0] == KIND_BEAT:
            _, _, epoch, sequence, time, revision, rtp, echo, pictures = _BEAT.unpack(data)
            _require_finite(time, echo)
            return PageBeat(
                epoch=epoch,
                sequence=sequence,
                time=time,
                revision=revision,
                rtp=rtp,
                echo=echo,
                pictures=pictures,
            )
    except (struct.error, ValueError):
        raise ProtocolError(errors.MALFORMED, "A moves packet does not fit its layout.") from None
    raise ProtocolError(errors.UNKNOWN_TYPE, f"A moves packet of kind {data[0]} is not known.")


def _decode_moves(data: bytes) -> Moves:
    (
        _, _, epoch, sequence, time, revision, gesture, buttons, modifiers, pointer, n_events, n_points, inputs, x, y, wheel,
        scale, zoom_wheel,
    ) = _HEADER.unpack_from(data)  # fmt: skip
    if (
        n_events > limits.UNACKNOWLEDGED_EVENTS
        or len(data) != _HEADER.size + n_events * _EVENT.size + n_points * _POINT.size
    ):
        raise ValueError
    _require_finite(time, x, y, scale)
    events = []
    at = _HEADER.size
    for _ in range(n_events):
        number, kind, button, mods, pointer_type, event_gesture, commands, event_revision, ex, ey = (
            _EVENT.unpack_from(data, at)
        )
        _require_finite(ex, ey)
        events.append(
            PointerEvent(
                number=number, kind=EventKind(kind), gesture=event_gesture, revision=event_revision, x=ex, y=ey,
                button=button, modifiers=mods, pointer=PointerType(pointer_type), commands=commands,
            )
        )  # fmt: skip
        at += _EVENT.size
    points = []
    for _ in range(n_points):
        px, py = _POINT.unpack_from(data, at)
        _require_finite(px, py)
        points.append((px, py))
        at += _POINT.size
    return Moves(
        epoch=epoch, sequence=sequence, time=time, revision=revision, gesture=gesture, buttons=buttons,
        modifiers=modifiers, pointer=PointerType(pointer), x=x, y=y, wheel=wheel, zoom_wheel=zoom_wheel, scale=scale,
        inputs=inputs, events=tuple(events), points=tuple(points),
    )  # fmt: skip


def _require_finite(*values: float) -> None:
    if not all(math.isfinite(value) for value in values):
        raise ValueError
