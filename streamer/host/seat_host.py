"""What a seat asks of its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from signaling.protocol import control

if TYPE_CHECKING:
    from streamer.host.seat import Seat


class SeatHost(Protocol):
    """The host, as a seat sees it."""

    def hello(self) -> control.SeatHello:
        """What serves this seat."""

    def open_study(self, seat: Seat, message: control.OpenStudy) -> None:
        """The page wants a study; answered through the seat."""

    def leave_session(self, seat: Seat) -> None:
        """The page shows no study any more."""

    def seat_gone(self, seat: Seat, reason: str) -> None:
        """The connection is over."""
