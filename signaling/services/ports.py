"""How services speak to whoever is connected, whatever carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from signaling.domain.tenants import User
from signaling.protocol import hosts, page


class PagePort(Protocol):
    """A connected page."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""

    def send(self, message: page.ToPage) -> None:
        """Send soon, in order; never waits. A peer too slow for what it is sent is disconnected."""

    def close(self, reason: str) -> None:
        """Close once what was sent is out."""


class HostPort(Protocol):
    """A connected render host."""

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""

    def send(self, message: hosts.ToHost) -> None:
        """Send soon, in order; never waits."""

    def close(self, reason: str) -> None:
        """Close once what was sent is out."""


@dataclass(slots=True, eq=False)
class PageLink:
    """A page that said hello: whose it is, by which sign-in, and its own id.

    Where its reader signs in again, `key_hash` becomes that of the new sign-in; nothing else changes.
    """

    user: User
    key_hash: str
    page: str
    port: PagePort
