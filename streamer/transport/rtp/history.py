"""Packets kept for retransmission, and the rule against repeating one more often than the answer can come."""

from __future__ import annotations

import math
from collections import OrderedDict

from streamer.transport.rtp.packet import Content

KEPT_PACKETS = 2048
"""As many as Chromium's packet buffer holds: what is older can't complete a picture any more."""
SHORTEST_WAIT = 0.02


class History:
    """The last packets sent, by sequence number."""

    def __init__(self) -> None:
        self._packets: OrderedDict[int, Content] = OrderedDict()
        self._repeated_at: dict[int, float] = {}

    def add(self, sequence: int, content: Content) -> None:
        """Keeps a packet that leaves; the oldest one is forgotten."""
        sequence &= 0xFFFF
        self._packets[sequence] = content
        self._packets.move_to_end(sequence)
        self._repeated_at.pop(sequence, None)
        if len(self._packets) > KEPT_PACKETS:
            oldest, _ = self._packets.popitem(last=False)
            self._repeated_at.pop(oldest, None)

    def due(self, sequence: int, now: float, round_trip: float) -> Content | None:
        """What may be sent again; None when it is no longer kept, or was repeated less than a round trip ago.

        Chromium repeats its request every 100 ms whatever the round trip, so that a far page would get each lost
        packet several times.
        """
        content = self._packets.get(sequence)
        if content is None or now - self._repeated_at.get(sequence, -1e9) < max(round_trip, SHORTEST_WAIT):
            return None
        return content

    def was_repeated(self, sequence: int) -> bool:
        """Whether a packet was sent again, or is about to be."""
        return sequence in self._repeated_at

    def queued(self, sequence: int) -> None:
        """Notes that a packet is about to be sent again: until it leaves it is not due once more."""
        self._repeated_at[sequence] = math.inf

    def repeated(self, sequence: int, now: float) -> None:
        """Notes that a packet leaves again."""
        if sequence in self._packets:
            self._repeated_at[sequence] = now

    def clear(self) -> None:
        """Forgets all packets: nobody needs them any more."""
        self._packets.clear()
        self._repeated_at.clear()
