"""How many windows of one sign-in may read at once: no page takes the places of all others under ids of its own making."""

from __future__ import annotations

from collections.abc import Mapping

from signaling.errors import Refused
from signaling.protocol import errors
from signaling.services.ports import PageLink
from signaling.services.seat_entry import SeatEntry


class Windows:
    """A window is a page with a seat, or two while it goes from one to the other. `most` is for each sign-in."""

    def __init__(self, seats: Mapping[str, SeatEntry], most: int) -> None:
        """`seats` are all that the server knows of, as they come and go."""
        self._seats = seats
        self._most = most

    def check(self, page: PageLink) -> None:
        """Whether that page may have one more seat.

        Raises:
            Refused: others of its sign-in have all that it may have. A page that has a seat is one of them itself.
        """
        theirs = [entry.page.page for entry in self._seats.values() if entry.page.key_hash == page.key_hash]
        others = {*theirs} - {page.page}
        if len(others) >= self._most or len(theirs) >= 2 * self._most:
            windows = "1 window" if self._most == 1 else f"{self._most} windows"
            raise Refused(
                f"This browser reads in {windows} already, the most that one sign-in may. "
                "Close one of them: this one then goes on by itself.",
                errors.TOO_MANY,
            )
