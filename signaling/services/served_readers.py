"""Whose readings a host may fetch, keep and record: of those who had a seat on it, as this server itself knows or once signed.

A host has a key that an administrator gave it, and is not trusted beyond that: without this it could read and replace the view
and marks of whoever reads elsewhere, and write openings into the audit trail that never were.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from signaling.auth.tickets import TicketSigner

TICKET_DAYS = 31.0
"""A seat's ticket vouches for its reader for so long after a restart of the server; a sign-in lasts no longer."""
_REMEMBERED = 100_000

NOT_SERVED = "This reader has had no seat on this host."


class ServedReaders:
    """Remembers whom this server has given a seat where; before its start, tickets that it signed say so."""

    def __init__(self, signer: TicketSigner, clock: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._clock = clock
        self._seated: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def seated(self, host: str, tenant: str, user: str) -> None:
        """That reader is given a seat on that host."""
        self._seated[host, tenant, user] = None
        self._seated.move_to_end((host, tenant, user))
        if len(self._seated) > _REMEMBERED:
            self._seated.popitem(last=False)

    def has(self, host: str, tenant: str, user: str, ticket: str) -> bool:
        """Whether the reader has or had a seat on the host; `ticket` is the newest that the host got for that reader, if any."""
        if (host, tenant, user) in self._seated:
            return True
        claims = self._signer.signed(ticket) if ticket else None
        return (
            claims is not None
            and (claims.host, claims.tenant, claims.user) == (host, tenant, user)
            and self._clock() - claims.iat <= TICKET_DAYS * 24 * 3600
        )
