"""What travels in a simulation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

PAYLOAD_BYTES = 1180
HEADER_BYTES = 70
"""RTP with its extensions, SRTP, UDP, IP."""


@dataclass
class Picture:
    """A coded picture; `made_at` is when the newest input in it was made at the page."""

    number: int
    size: int
    made_at: float
    moving: bool
    key: bool
    still: bool = False
    missing: int = 0
    packets: int = 0


@dataclass(frozen=True)
class Packet:
    """A packet of a picture; `again` = its bytes are sent once more under the same transport-wide number."""

    picture: Picture
    sequence: int
    size: int
    again: int | None = None
    last: bool = False
    repeated: bool = False


def numbered(picture: Picture, sequence: Iterator[int]) -> list[Packet]:
    """A picture's packets, of about the same size."""
    count = max(1, -(-picture.size // PAYLOAD_BYTES))
    picture.packets = picture.missing = count
    cuts = itertools.pairwise(picture.size * n // count for n in range(count + 1))
    return [Packet(picture, next(sequence), b - a, last=b == picture.size) for a, b in cuts]
