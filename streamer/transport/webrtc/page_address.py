"""Following a page whose address changes: another network, or a NAT that began anew.

A page's packets then come from elsewhere, while ours still go where it was. That an encrypted packet came from an address says
nothing yet, since addresses can be forged: only a page that answers a connectivity check there (RFC 8445, 7.3) is followed, as
after a check of its own, which browsers send only some seconds later.
"""

from __future__ import annotations

Address = tuple[str, int]
AGAIN_SECONDS = 0.25
_DTLS = range(20, 64)
_RTP = range(128, 192)


class PageAddress:
    """Decides which addresses are checked: one at a time, and a few a second at most, whatever is sent to us."""

    def __init__(self) -> None:
        self._checking = False
        self._checked_at = -AGAIN_SECONDS

    def is_to_check(self, data: bytes, address: Address, known: Address, now: float) -> bool:
        """Whether to ask the sender of `data` at `address` who it is; `known` is where the page was.

        After a yes, `checked` must be called. DTLS and SRTP are told by their first byte (RFC 7983).
        """
        if address == known or not data or not (data[0] in _DTLS or data[0] in _RTP):
            return False
        if self._checking or now - self._checked_at < AGAIN_SECONDS:
            return False
        self._checking, self._checked_at = True, now
        return True

    def checked(self) -> None:
        """The check has ended, whatever came of it."""
        self._checking = False
