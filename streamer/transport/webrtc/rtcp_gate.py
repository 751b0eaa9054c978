"""How much a page may report: whatever it sends, reading it takes the host a small part of its time. Pure.

A few bytes of transport-wide feedback or of NACKs speak of thousands of packets, each of which is looked up; what is reported is
advice, so that a datagram beyond the allowance is left unread.
"""

from __future__ import annotations

import struct

_TRANSPORT_FEEDBACK = 205
_NACK = 1
_TRANSPORT_WIDE = 15
PACKETS_PER_SECOND = 40_000
"""Several times what a page can truly speak of at the highest rates: 50 Mbit/s are some 5000 packets a second."""
MOST_PACKETS = 16_384
"""As many may be spoken of at once, after a rest."""
DATAGRAM_PACKETS = 64
"""What reading a datagram costs by itself, in looked-up packets: 625 datagrams a second at the most."""


class RtcpGate:
    """The allowance of one page, in packets that its datagrams speak of."""

    def __init__(self) -> None:
        self._left = float(MOST_PACKETS)
        self._at = 0.0

    def admits(self, datagram: bytes, now: float) -> bool:
        """Whether a compound RTCP packet that comes at `now` (seconds, monotonic) may be read."""
        self._left = min(self._left + (now - self._at) * PACKETS_PER_SECOND, MOST_PACKETS)
        self._at = now
        cost = DATAGRAM_PACKETS + spoken_of(datagram)
        if cost > self._left:
            return False
        self._left -= cost
        return True


def spoken_of(datagram: bytes) -> int:
    """At most how many packets a compound RTCP packet speaks of; what is malformed speaks of none."""
    packets, position = 0, 0
    while position + 4 <= len(datagram):
        first, kind, words = struct.unpack_from("!BBH", datagram, position)
        end = position + 4 + 4 * words
        if kind == _TRANSPORT_FEEDBACK and first & 0x1F == _TRANSPORT_WIDE and position + 16 <= len(datagram):
            packets += int(struct.unpack_from("!H", datagram, position + 14)[0])
        elif kind == _TRANSPORT_FEEDBACK and first & 0x1F == _NACK:
            packets += 17 * max(0, words - 2)
        position = end
    return packets
