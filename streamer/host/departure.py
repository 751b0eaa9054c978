"""The end of a host that is stopped: no seat is made any more, what is unsaved is saved, the server is told, the pages go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from signaling.protocol import control, errors, hosts
from streamer.errors import FarviewError
from streamer.host.registration import Registration
from streamer.host.seat import Seat
from streamer.host.sessions import Sessions
from streamer.session.checkpoints import Checkpoints

log = structlog.get_logger()
SAVE_SECONDS = 5.0
HEARD_SECONDS = 1.0
LOOK_SECONDS = 0.02
GO_LOOKS = 50
LAST_WORDS_LOOKS = 5


class Departure:
    """Ends a host in order, once."""

    def __init__(
        self,
        name: str,
        registration: Registration,
        sessions: Sessions,
        checkpoints: Checkpoints,
        seats: Mapping[str, Seat],
    ) -> None:
        """`name` is the host's; `seats` are all it has, as they come and go."""
        self._words = f"The render host {name} is being stopped."
        self._registration = registration
        self._sessions = sessions
        self._checkpoints = checkpoints
        self._seats = seats
        self.has_begun = False
        """Whether the host is being stopped."""

    def refuse_seats(self) -> None:
        """Called before a seat is made.

        Raises:
            FarviewError: none is made any more.
        """
        if self.has_begun:
            raise FarviewError(f"{self._words} Try again in a moment.", errors.HOST_FULL)

    def say_again(self) -> None:
        """The server has welcomed the host: by a new line it does not know yet that this one is being stopped."""
        if self.has_begun:
            self._registration.say(hosts.HostLeaving())

    async def run(self) -> None:
        """Saves, and lets go of the readers. Takes about 7 s at the most, and much less where the server answers."""
        self.has_begun = True
        log.info("host_stops", seats=len(self._seats))
        self.say_again()
        self._registration.hurry()
        self._checkpoints.hurry()
        until = asyncio.get_running_loop().time() + SAVE_SECONDS
        # Readers go on while what they did is being saved: only where it can't be does that take long.
        await self._save(until)
        for seat in tuple(self._seats.values()):
            self._sessions.leave(seat)  # a half-done gesture is undone: only one that ends counts
        await self._save(until)
        views, marks = self._checkpoints.unsaved
        if views or marks:
            log.error("not_saved", views=views, marks=marks, seconds=SAVE_SECONDS)
        await self._checkpoints.close()
        await self._say_farewell()

    async def _save(self, until: float) -> None:
        """All that is unsaved now, or as much as can be until then."""
        await self._checkpoints.flush(max(0.0, until - asyncio.get_running_loop().time()))

    async def _say_farewell(self) -> None:
        """By the server each page hears why; its connection is closed only then, for it would take that for a failure."""
        looks = GO_LOOKS
        if not self._registration.connected:
            looks = LAST_WORDS_LOOKS
            for seat in self._seats.values():
                seat.say(control.Notice(level="info", code=errors.HOST_LOST, message=self._words))
        await self._registration.leave(HEARD_SECONDS)
        for _ in range(looks):
            if not self._seats:
                break
            await asyncio.sleep(LOOK_SECONDS)
