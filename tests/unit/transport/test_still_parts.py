"""A still as an image in parts: cut, released at the rate, taken back."""

from __future__ import annotations

import pytest

from signaling.protocol.stills import CHUNK_BYTES, decode_chunk
from streamer.transport.still_parts import MOST_BUFFERED, StillParts

IMAGE = bytes(range(256)) * 400


def drain(parts: StillParts, now: float) -> list[tuple[float, bytes]]:
    """Everything, with the time at which it was given to a channel that takes all at once."""
    out = []
    while parts.unsent:
        out += [(now, part) for part in parts.take(now, 0)]
        now += parts.wait()
    return out


def test_the_parts_make_the_image() -> None:
    parts = StillParts()
    parts.bit_rate = 5e6
    parts.start(IMAGE, 0xFFFF_FFFF)
    chunks = [decode_chunk(part) for _, part in drain(parts, 1.0)]
    assert b"".join(chunk.data for chunk in chunks) == IMAGE
    assert [chunk.offset for chunk in chunks] == list(range(0, len(IMAGE), CHUNK_BYTES))
    assert {(chunk.rtp, chunk.total) for chunk in chunks} == {(0xFFFF_FFFF, len(IMAGE))}


def test_they_leave_at_the_rate_from_the_first_on() -> None:
    parts = StillParts()
    parts.bit_rate = 1e6
    parts.start(IMAGE, 1)
    times = [at for at, _ in drain(parts, 1.0)]
    assert times.count(1.0) == 1, "no burst on a thin link"
    assert times[-1] - times[0] == pytest.approx(len(IMAGE) * 8 / 1e6, rel=0.1)


def test_a_full_channel_gets_nothing() -> None:
    parts = StillParts()
    parts.bit_rate = 1e9
    parts.start(IMAGE, 1)
    assert parts.take(1.0, MOST_BUFFERED) == []
    given = parts.take(1.0, MOST_BUFFERED - 2 * CHUNK_BYTES)
    assert len(given) == 1, "the second, with its header, would be too much"


def test_what_is_cancelled_is_counted_and_never_comes() -> None:
    parts = StillParts()
    parts.bit_rate = 1e6
    parts.start(IMAGE, 1)
    given = sum(len(decode_chunk(part).data) for part in parts.take(1.0, 0))
    assert parts.cancel() == len(IMAGE) - given
    assert parts.unsent == 0
    assert parts.take(9.0, 0) == []
    assert parts.cancel() == 0


def test_another_image_takes_its_place() -> None:
    parts = StillParts()
    parts.bit_rate = 1e6
    parts.start(IMAGE, 1)
    parts.take(1.0, 0)
    parts.start(b"another", 2)
    (part,) = parts.take(2.0, 0)
    assert decode_chunk(part).data == b"another"


def test_without_a_rate_nothing_leaves() -> None:
    parts = StillParts()
    parts.start(IMAGE, 1)
    parts.take(0.0, 0)
    assert parts.take(100.0, 0) == []
    assert parts.wait() > 0
