"""Session tickets: signed by the signaling server, good once, for this host and this page's DTLS certificate (RFC 8037)."""

from __future__ import annotations

import time
from collections.abc import Iterable

import jwt
import msgspec

from signaling.protocol.hosts import TicketKey
from signaling.protocol.tickets import ALGORITHM, TICKET_SECONDS, TicketClaims
from streamer.errors import TicketError

LEEWAY_SECONDS = 5


class TicketOffice:
    """Checks tickets with the server's public keys; remembers those used until they expire."""

    def __init__(self) -> None:
        self._host = ""
        self._keys: dict[str, str] = {}
        self._used: dict[str, float] = {}

    def learn(self, host: str, keys: Iterable[TicketKey]) -> None:
        """The server's answer to the registration."""
        self._host = host
        self._keys = {key.kid: key.pem for key in keys}

    def check(self, ticket: str, seat: str) -> TicketClaims:
        """The claims of a good ticket, which is then used up.

        Raises:
            TicketError: it is malformed, signed by nobody known, expired, used before, or for another host or seat.
        """
        try:
            kid = jwt.get_unverified_header(ticket).get("kid", "")
            pem = self._keys.get(kid)
            if pem is None:
                raise TicketError("The session ticket is signed with a key that this host does not know.")
            payload = jwt.decode(
                ticket,
                pem,
                algorithms=[ALGORITHM],
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "jti"]},
            )
            claims = msgspec.convert(payload, TicketClaims)
        except (jwt.PyJWTError, msgspec.ValidationError) as error:
            raise TicketError(f"The session ticket is not good: {type(error).__name__}.") from None
        now = time.time()
        self._used = {jti: until for jti, until in self._used.items() if until > now}
        if claims.host != self._host or claims.seat != seat:
            raise TicketError("The session ticket is for another host or seat.")
        if claims.exp - claims.iat > TICKET_SECONDS + LEEWAY_SECONDS:
            raise TicketError("The session ticket lives longer than is allowed.")
        if claims.jti in self._used:
            raise TicketError("The session ticket was used before.")
        self._used[claims.jti] = claims.exp + LEEWAY_SECONDS
        return claims
