"""Messages of a seat on a WebSocket, and some that must be refused."""

from __future__ import annotations

from signaling.protocol import errors, stream

VALID: list[tuple[str, stream.StreamMessage]] = [
    ("begin", stream.Begin(decodes_stills=True)),
    ("begin without stills", stream.Begin(decodes_stills=False)),
    (
        "key frame",
        stream.Part(
            still=False, flag=True, number=0, rtp=4_294_967_295, total=64, offset=0, data=bytes(range(64))
        ),
    ),
    (
        "last part of a picture",
        stream.Part(
            still=False, flag=False, number=4_294_967_295, rtp=0, total=70, offset=64, data=b"\x01" * 6
        ),
    ),
    ("still", stream.Part(still=True, flag=False, number=7, rtp=90_000, total=5, offset=0, data=b"still")),
    (
        "image",
        stream.Part(still=True, flag=True, number=8, rtp=90_000, total=5_000, offset=2_048, data=b"part"),
    ),
    ("arrivals", stream.Arrivals(first=4_294_967_294, times=(4_294_967_295, 0, 3, 3))),
    ("keyframe", stream.KeyframeWanted()),
    ("control", stream.Passed(kind=stream.Kind.CONTROL, data=b'{"type":"close"}')),
    ("moves", stream.Passed(kind=stream.Kind.MOVES, data=b"\x01\x02\x03")),
    ("frames", stream.Passed(kind=stream.Kind.FRAMES, data=b"\x01")),
]

REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", errors.MALFORMED),
    ("short", b"\x02", errors.MALFORMED),
    ("version", b"\x01\x02\x00", errors.VERSION),
    ("kind", b"\x09\x01\x00", errors.UNKNOWN_TYPE),
    ("nothing in it", b"\x02\x01" + bytes(18), errors.MALFORMED),
    ("beyond its picture", bytes.fromhex("0201000000000000010000000500000005000000aa"), errors.MALFORMED),
    ("larger than any", bytes.fromhex("030100000000000001000000ffffffff00000000aa"), errors.MALFORMED),
    ("no arrivals", bytes.fromhex("0401000000000000"), errors.MALFORMED),
    ("arrivals cut", bytes.fromhex("0401020000000000" + "01000000"), errors.MALFORMED),
    ("empty control", b"\x06\x01", errors.MALFORMED),
]
