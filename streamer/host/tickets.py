"""Session tickets: signed by the signaling server, good once, for this host and this page's DTLS certificate (RFC 8037)."""

from __future__ import annotations

from collections.abc import Iterable

import jwt
import msgspec

from signaling.protocol.hosts import TicketKey
from signaling.protocol.tickets import ALGORITHM, TICKET_SECONDS, TicketClaims
from streamer.errors import TicketError
from streamer.host.server_clock import ServerClock

LEEWAY_SECONDS = 2.0
UNKNOWN_CLOCK_LEEWAY_SECONDS = 5.0
"""Where the server is of a version that does not tell its time."""
_AGAIN = "Reload the page; if that does not help, tell whoever runs Farview."
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (jwt.InvalidSignatureError, "was not signed by this server, or was changed on its way"),
    (jwt.InvalidAlgorithmError, "is signed in a way that is not accepted"),
    (jwt.MissingRequiredClaimError, "lacks something that every ticket has"),
    (jwt.DecodeError, "can't be read"),
    (msgspec.ValidationError, "does not say what a ticket says"),
)


class TicketTimeError(TicketError):
    """The ticket is of another time than the server's, as far as this host knows that."""


class TicketOffice:
    """Checks tickets with the server's public keys, by the server's time; remembers those used until they expire."""

    def __init__(self, clock: ServerClock | None = None) -> None:
        self._clock = clock or ServerClock()
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
            TicketError: it is malformed, signed by nobody known, used before, or for another host or seat.
            TicketTimeError: it is expired, or of the future.
        """
        claims = self._claims(ticket)
        now = self._clock.now()
        leeway = LEEWAY_SECONDS if self._clock.is_known else UNKNOWN_CLOCK_LEEWAY_SECONDS
        self._used = {jti: until for jti, until in self._used.items() if until > now}
        if claims.host != self._host or claims.seat != seat:
            raise TicketError(f"The session ticket is for another host or seat. {_AGAIN}")
        if claims.exp - claims.iat > TICKET_SECONDS:
            raise TicketError(f"The session ticket lives longer than is allowed. {_AGAIN}")
        if now < claims.iat - leeway:
            raise TicketTimeError(self._out_of_time(f"is of {claims.iat - now:.0f} s in the future"))
        if now >= claims.exp + leeway:
            raise TicketTimeError(self._out_of_time(f"has lapsed {now - claims.exp:.0f} s ago"))
        if claims.jti in self._used:
            raise TicketError(f"The session ticket was used before. {_AGAIN}")
        self._used[claims.jti] = claims.exp + leeway
        return claims

    def _claims(self, ticket: str) -> TicketClaims:
        """What a ticket says that the server signed, whenever it was."""
        try:
            kid = jwt.get_unverified_header(ticket).get("kid", "")
            pem = self._keys.get(kid) if isinstance(kid, str) else None
            if pem is None:
                raise TicketError(
                    f"The session ticket is signed with a key that this host does not know. {_AGAIN}"
                )
            # Times are compared below, by the server's clock; the library knows this machine's only.
            payload = jwt.decode(
                ticket,
                pem,
                algorithms=[ALGORITHM],
                options={
                    "require": ["exp", "iat", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            return msgspec.convert(payload, TicketClaims)
        except (jwt.PyJWTError, msgspec.ValidationError) as error:
            fault = next((words for kind, words in _FAULTS if isinstance(error, kind)), "is not good")
            raise TicketError(f"The session ticket {fault}. {_AGAIN}") from None

    def _out_of_time(self, words: str) -> str:
        clocks = "" if self._clock.is_known else " The clocks of this host and the server may differ."
        return f"The session ticket {words}.{clocks} {_AGAIN}"
