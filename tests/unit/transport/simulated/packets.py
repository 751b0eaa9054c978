"""What travels in a simulation."""

from __future__ import annotations

import itertools
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


def packets_of(picture: Picture) -> list[int]:
    """The sizes of a picture's packets."""
    count = max(1, -(-picture.size // PAYLOAD_BYTES))
    picture.packets = picture.missing = count
    cuts = [picture.size * n // count for n in range(count + 1)]
    return [b - a for a, b in itertools.pairwise(cuts)]
