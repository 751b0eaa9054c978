"""The host's questions after the server's time, and tickets that are looked at again by the answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from signaling.protocol import hosts
from signaling.protocol.tickets import TicketClaims
from streamer.host.server_clock import WORTH_SAYING_SECONDS, ServerClock
from streamer.host.tickets import TicketOffice, TicketTimeError

log = structlog.get_logger()
ANSWER_SECONDS = 2.0


class ServerTime:
    """Keeps `clock` by what the server tells; `say` sends it a message."""

    def __init__(
        self, clock: ServerClock, tickets: TicketOffice, say: Callable[[hosts.ClockAsk], None]
    ) -> None:
        self._clock = clock
        self._tickets = tickets
        self._say = say
        self._said = False
        self._told = asyncio.Event()

    def ask(self) -> None:
        """The time, please."""
        self._say(hosts.ClockAsk(sent=self._clock.ask()))

    def told(self, message: hosts.ClockTold) -> None:
        """The server told its time; where it was not asked, it is asked, for then the trip is known."""
        self._clock.told(message.sent, message.now)
        self._told.set()
        if not message.sent:
            self.ask()
        wrong = abs(self._clock.ahead) > WORTH_SAYING_SECONDS
        if wrong and not self._said:
            log.warning("clock_differs_from_servers", seconds_ahead=round(self._clock.ahead, 1))
        self._said = wrong

    async def claims(self, message: hosts.SeatOpen) -> TicketClaims:
        """What the ticket says. One that is out of time is looked at again by what the server says its time is now.

        Its clock may have been set since it told it last, an hour forward or back.

        Raises:
            TicketError: the ticket is not good.
        """
        try:
            return self._tickets.check(message.ticket, message.seat)
        except TicketTimeError:
            self._told.clear()
            self.ask()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), ANSWER_SECONDS)
            return self._tickets.check(message.ticket, message.seat)
