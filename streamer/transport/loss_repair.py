"""Which packets are to be sent again, judged by transport-wide feedback alone. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from streamer.transport.base import PacketReport

KEPT_COPIES = 8192


class PacketId(NamedTuple):
    """A packet of a track, whichever of its copies."""

    ssrc: int
    sequence: int


class LossRepair:
    """Remembers under which transport-wide numbers each packet was sent.

    A packet is lost when its newest copy is: what is said of an older one does not matter while a repeat is on its way. Each
    copy is believed lost once, so that feedback that repeats itself changes nothing.
    """

    def __init__(self) -> None:
        self._copies: OrderedDict[int, PacketId] = OrderedDict()
        self._newest: dict[PacketId, int] = {}

    def sent(self, number: int, packet: PacketId) -> None:
        """A copy of `packet` left as number `number` of the transport."""
        self._copies[number] = packet
        self._newest[packet] = number
        if len(self._copies) > KEPT_COPIES:
            oldest, forgotten = self._copies.popitem(last=False)
            if self._newest.get(forgotten) == oldest:
                del self._newest[forgotten]

    def lost(self, reports: Iterable[PacketReport]) -> list[PacketId]:
        """The packets that these reports show to be missing at the page, oldest first."""
        missing = []
        for report in reports:
            packet = self._copies.pop(report.sequence, None)
            if packet is None:
                continue
            if report.arrived_at is not None:
                self._newest.pop(packet, None)
            elif self._newest.get(packet) == report.sequence:
                missing.append(packet)
        return missing
