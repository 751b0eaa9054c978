"""Packets of the `stills` channel, and some that must be refused."""

from __future__ import annotations

from signaling.protocol import errors, stills

VALID: list[tuple[str, stills.StillChunk]] = [
    ("first", stills.StillChunk(rtp=4_294_967_295, total=5_000, offset=0, data=bytes(range(64)))),
    ("last", stills.StillChunk(rtp=0, total=70, offset=6, data=b"\x01" * 64)),
]

REFUSED: list[tuple[str, bytes, str]] = [
    ("short", bytes(15), errors.MALFORMED),
    ("version", b"\x01\x02" + bytes(14) + b"x", errors.VERSION),
    ("kind", b"\x09\x01" + bytes(14) + b"x", errors.UNKNOWN_TYPE),
    ("nothing in it", bytes.fromhex("01010000010000000500000000000000"), errors.MALFORMED),
    ("beyond its image", bytes.fromhex("01010000010000000500000005000000aa"), errors.MALFORMED),
    ("larger than any", bytes.fromhex("0101000001000000ffffffff00000000aa"), errors.MALFORMED),
]
