"""A seat while the server knows of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from signaling.domain.seats import Seat, SeatEvent, SeatState, next_state
from signaling.protocol.hosts import HostSeatFailed, HostSeatOffer
from signaling.services.live_host import LiveHost
from signaling.services.ports import PageLink

Outcome = HostSeatOffer | HostSeatFailed | None


class SeatEntry:
    """A seat, the page and host at its ends, and what came of asking the host (None: it is over for another reason)."""

    def __init__(self, seat: Seat, page: PageLink, host: LiveHost, stream: str = "") -> None:
        """`stream` is the token that joins its ends where it is on WebSockets."""
        self.seat = seat
        self.stream = stream
        self.page = page
        self.host = host
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.timer: asyncio.TimerHandle | None = None

    @property
    def state(self) -> SeatState:
        """Where it is in its life."""
        return self.seat.state

    def is_of(self, page: PageLink) -> bool:
        """Whether it is that page's, by whichever connection."""
        return (self.page.page, self.page.user) == (page.page, page.user)

    def step(self, event: SeatEvent) -> bool:
        """Follow the state table; whether the state changed."""
        before = self.seat.state
        self.seat = replace(self.seat, state=next_state(before, event))
        if self.seat.state is SeatState.OVER and self.timer is not None:
            self.timer.cancel()
        return self.seat.state is not before

    def settle(self, outcome: Outcome) -> None:
        """Tell who waits for the host's answer."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)
