"""Claims of a session ticket: a JWT signed with Ed25519 (RFC 8037), at most 60 s from issue to use."""

from __future__ import annotations

import msgspec

TICKET_SECONDS = 60
ALGORITHM = "EdDSA"


class TicketClaims(msgspec.Struct, frozen=True, kw_only=True):
    """Who may take which seat on which host. `fingerprint` is the page's DTLS certificate, "sha-256 AA:BB:…" upper case.

    That of a seat on a WebSocket is "stream " and the hash of its token (stream.fingerprint_of), which no certificate has.
    `page` is the page's own id, which its seats have in common whatever carries them (empty: from an older server).
    """

    seat: str
    host: str
    user: str
    tenant: str
    role: str
    archives: tuple[str, ...]
    fingerprint: str
    jti: str
    iat: int
    exp: int
    page: str = ""

    @property
    def same_page(self) -> str:
        """What all seats of one page have in common, and those of no other page of this reader."""
        return self.page or self.fingerprint
