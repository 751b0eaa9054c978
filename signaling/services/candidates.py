"""The hosts of this server as placement sees them: what each has, and what is known of who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from signaling.domain.placement import Candidate, place
from signaling.services.host_doubts import HostDoubts
from signaling.services.host_registry import HostRegistry
from signaling.services.live_host import LiveHost
from signaling.services.ports import PageLink
from signaling.services.seat_entry import SeatEntry

RETURN_SECONDS = 600.0
"""So long who had a seat on a host may come back to it though it is being emptied: a reload, a network or a device that slept."""
_REMEMBERED = 4_096


class Candidates:
    """Counts the seats, and remembers who left which host lately."""

    def __init__(self, registry: HostRegistry, doubts: HostDoubts, seats: Mapping[str, SeatEntry]) -> None:
        """`seats` are all that the server knows of, as they come and go."""
        self._registry = registry
        self._doubts = doubts
        self._seats = seats
        self._left: dict[tuple[str, str], float] = {}

    def left(self, entry: SeatEntry) -> None:
        """A seat is over; its reader may want to come back."""
        key = (entry.seat.host, entry.page.key_hash)
        self._left.pop(key, None)
        self._left[key] = asyncio.get_running_loop().time()
        if len(self._left) > _REMEMBERED:
            del self._left[next(iter(self._left))]

    def of(self, page: PageLink | None) -> list[Candidate]:
        """As that page may be placed on them; None: as somebody who was on none of them."""
        others: dict[str, list[str]] = {}
        own: dict[str, int] = {}
        known: set[str] = set()
        for entry in self._seats.values():
            if page is not None and entry.is_of(page):
                own[entry.seat.host] = own.get(entry.seat.host, 0) + 1
            else:
                others.setdefault(entry.seat.host, []).append(entry.page.page)
            if page is not None and entry.page.key_hash == page.key_hash:
                known.add(entry.seat.host)
        now = asyncio.get_running_loop().time()
        return [
            host.candidate(
                len({*(there := others.get(host.host, []))}),
                own.get(host.host, 0),
                second=len(there) - len({*there}),
                doubted=self._doubts.holds(host.host, page.page if page is not None else ""),
                returns=host.host in known or (page is not None and self._was_on(host.host, page, now)),
            )
            for host in self._registry.live
        ]

    def _was_on(self, host: str, page: PageLink, now: float) -> bool:
        left = self._left.get((host, page.key_hash))
        return left is not None and now - left < RETURN_SECONDS

    def elsewhere(self, host: LiveHost) -> tuple[str, ...]:
        """The archives of a host for which another one that is well has room."""
        others = [c for c in self.of(None) if c.host != host.host and not c.doubted]
        archives = {info.archive for info in host.archives}
        reached = {archive for c in others for archive in c.archives}
        placed = {a: place(others, host.record.tenant, a) for a in sorted(archives & reached)}
        return tuple(a for a, by in placed.items() if isinstance(by, Candidate) and a in by.archives)
