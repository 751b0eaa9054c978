"""A host that is being emptied: its readers are moved one by one when their hand rests, where another host can take them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from signaling.protocol.hosts import HostDrain, HostSeatClosed
from streamer.host.registration import Registration
from streamer.host.seat import Seat
from streamer.host.sessions import Sessions
from streamer.session.checkpoints import Checkpoints

log = structlog.get_logger()
PAUSE_SECONDS = 2.0
"""A hand that does nothing for so long rests."""
PATIENCE_SECONDS = 60.0
"""So long a rest is waited for; then the reader is moved between two gestures."""
AGAIN_SECONDS = 300.0
"""A page that came back, since nobody could take it, is left alone for so long."""
SAVE_SECONDS = 2.0
LOOK_SECONDS = 0.02
GO_LOOKS = 50


class Emptying:
    """Says who is to be moved next, and moves. Who reads what no other host reaches stays."""

    def __init__(
        self,
        name: str,
        registration: Registration,
        sessions: Sessions,
        checkpoints: Checkpoints,
        seats: Mapping[str, Seat],
        drop: Callable[[Seat], Awaitable[None]],
    ) -> None:
        """`name` is the host's, `seats` are all it has as they come and go, `drop` lets go of one."""
        self._words = f"The render host {name} is being emptied. Asking for another."
        self._registration = registration
        self._sessions = sessions
        self._checkpoints = checkpoints
        self._seats = seats
        self._drop = drop
        self._wish = HostDrain(draining=False)
        self._since: dict[str, float] = {}
        """By seat: since when a rest of its hand is waited for."""
        self._moved: dict[str, float] = {}
        """By page: when it was moved last."""
        self._going: Seat | None = None

    def told(self, message: HostDrain) -> None:
        """What the server wishes."""
        self._wish = message
        if not message.draining:
            self._since.clear()
            self._moved.clear()

    @property
    def staying(self) -> int:
        """How many read what no other host has room for, while this one is being emptied."""
        if not self._wish.draining:
            return 0
        read = [seat.session.key.archive for seat in self._seats.values() if seat.session is not None]
        return sum(1 for archive in read if archive not in self._wish.elsewhere)

    def next_to_move(self) -> Seat | None:
        """Asked every second: one at a time, so that the others' hosts are not asked for everything at once."""
        now = time.monotonic()
        may = (
            [seat for seat in self._seats.values() if self._may_go(seat, now)] if self._wish.draining else []
        )
        self._since = waiting = {seat.seat: self._since.get(seat.seat, now) for seat in may}
        if self._going is not None or not self._registration.connected:
            return None
        ready = [seat for seat in may if self._rests(seat, now, now - waiting[seat.seat])]
        return min(ready, key=lambda seat: waiting[seat.seat], default=None)

    def _may_go(self, seat: Seat, now: float) -> bool:
        """Whether another host may take who sits there."""
        if now - self._moved.get(seat.claims.same_page, -AGAIN_SECONDS) < AGAIN_SECONDS:
            return False
        if seat.session is None:
            return bool(self._wish.elsewhere) and not self._sessions.is_opening(seat)
        return seat.session.key.archive in self._wish.elsewhere

    def _rests(self, seat: Seat, now: float, waited: float) -> bool:
        """Whether the reader can be moved now: never within a gesture."""
        session = seat.session
        if session is None:
            return waited >= PAUSE_SECONDS
        # Another host would not know marks that the store does not have yet.
        if session.interaction.in_gesture or self._checkpoints.has_unsaved_marks(session.key):
            return False
        rests = now - session.interaction.last_input_at >= PAUSE_SECONDS
        return (rests and not self._checkpoints.is_unsaved(session.key)) or waited >= PATIENCE_SECONDS

    async def move(self, seat: Seat) -> None:
        """Saves what is read there, and has the page ask for a seat elsewhere."""
        session = seat.session
        self._going, self._moved[seat.claims.same_page] = seat, time.monotonic()
        try:
            self._sessions.leave(seat)
            if session is not None and not await self._checkpoints.settle(session.key, SAVE_SECONDS):
                log.error("not_saved", views=1, marks=0, seconds=SAVE_SECONDS)
            log.info("reader_moved", seat=seat.seat)
            # By the server the page hears why; its connection is closed only when it is gone by itself, or does not go.
            self._registration.say(HostSeatClosed(seat=seat.seat, reason=self._words))
            for _ in range(GO_LOOKS):
                if seat.seat not in self._seats:
                    break
                await asyncio.sleep(LOOK_SECONDS)
            await self._drop(seat)
        finally:
            self._going = None
