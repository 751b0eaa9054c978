"""Seats: asked for by pages, placed on hosts, and what they say to each other relayed until they are connected."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from signaling.auth.tickets import TicketSigner
from signaling.config import WINDOWS, IceSettings
from signaling.domain.placement import Candidate, place
from signaling.domain.seats import Seat, SeatEvent, SeatState
from signaling.errors import Refused
from signaling.log import logger
from signaling.protocol import errors, limits
from signaling.protocol.errors import ProtocolError
from signaling.protocol.hosts import HostSeatClosed, HostSeatFailed, HostSeatOffer, SeatClose, SeatOpen
from signaling.protocol.page import (
    SeatAnswer,
    SeatCandidate,
    SeatDoubted,
    SeatFailed,
    SeatLost,
    SeatOffer,
    SeatRelease,
    SeatRequest,
)
from signaling.protocol.records import Rejection
from signaling.protocol.stream import Transport, fingerprint_of
from signaling.protocol.tickets import TICKET_SECONDS, TicketClaims
from signaling.services.candidates import Candidates
from signaling.services.host_doubts import HostDoubts
from signaling.services.host_registry import HostChange, HostRegistry
from signaling.services.ice_servers import IceServers
from signaling.services.live_host import LiveHost
from signaling.services.ports import PageLink
from signaling.services.seat_entry import SeatEntry
from signaling.services.served_readers import ServedReaders
from signaling.services.streams import Side, Streams
from signaling.services.tasks import Tasks
from signaling.services.windows import Windows

_LOG = logger(__name__)
_FINGERPRINT = re.compile(r"sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}")
_OF_NO_USE = frozenset({errors.BAD_OFFER, errors.NOT_CONNECTED, errors.NO_ARCHIVE})
HOSTS_TRIED = 3
SEATS_PER_PAGE = 2
"""Over each transport: a page that changes its network makes the new seat before it lets the old one go."""
RETRY_SECONDS = 2.0


def _now() -> float:
    """Seconds of the loop's own clock, by which it also wakes whoever waits."""
    return asyncio.get_running_loop().time()


class SessionBroker:
    """All seats of this server."""

    def __init__(
        self,
        registry: HostRegistry,
        signer: TicketSigner,
        *,
        ice_servers: IceServers | None = None,
        seat_timeout: float = 10.0,
        offer_timeout: float = 3.0,
        host_wait: float = 5.0,
        placed: Callable[[float], None] = lambda seconds: None,
        streams: Streams[Any] | None = None,
        windows: int = WINDOWS,
    ) -> None:
        self._registry = registry
        self._signer = signer
        self._ice_servers = ice_servers or IceServers(IceSettings())
        self._seat_timeout = seat_timeout
        self._offer_timeout = offer_timeout
        self._doubts = HostDoubts(_now)
        self._host_wait = host_wait
        self._placed = placed
        self._streams: Streams[Any] = streams or Streams()
        self._seats: dict[str, SeatEntry] = {}
        self.candidates = Candidates(registry, self._doubts, self._seats)
        self._windows = Windows(self._seats, windows)
        self.served = ServedReaders(signer)
        self._tasks = Tasks()
        registry.changes.listen(self._host_changed)

    @property
    def count(self) -> int:
        """Seats known."""
        return len(self._seats)

    links = property(lambda self: tuple(entry.page for entry in self._seats.values()))

    async def close(self) -> None:
        """End what is being made. Seats that stand go on without the server."""
        await self._tasks.close()
        for entry in self._seats.values():
            if entry.timer is not None:
                entry.timer.cancel()

    # ---- from pages

    def request(self, page: PageLink, message: SeatRequest) -> None:
        """A page asks for a seat; it is answered by seat.offer or seat.failed.

        Raises:
            ProtocolError: the fingerprint is none, or there is no such transport.
        """
        if message.transport not in tuple(Transport):
            raise ProtocolError(errors.UNSUPPORTED, "There are seats over webrtc and socket, and no others.")
        fingerprint = message.fingerprint.replace("SHA-256", "sha-256")
        if message.transport == Transport.WEBRTC and not _FINGERPRINT.fullmatch(fingerprint):
            raise ProtocolError(
                errors.MALFORMED, "The fingerprint must read sha-256 and 32 bytes as AA:BB:…."
            )
        # What it asked for before and has not answered yet goes first: the seat it is on may still come back.
        on_socket = message.transport == Transport.SOCKET
        alike = [entry for entry in self._seats_of(page) if bool(entry.stream) == on_socket]
        theirs = sorted(alike, key=lambda entry: entry.state is SeatState.OPEN)
        for entry in theirs[: len(theirs) - SEATS_PER_PAGE + 1]:
            self._end(entry, SeatEvent.RELEASED, "The page asked for another seat.")
        self._tasks.start(self._make(page, message, fingerprint), "make seat")

    async def _make(self, page: PageLink, message: SeatRequest, fingerprint: str) -> None:
        tried: set[str] = set()
        refusal = Rejection(code=errors.NO_HOST, message="")
        until = _now() + self._seat_timeout
        while len(tried) < HOSTS_TRIED and not page.port.closed:
            started = _now()
            placed = await self._place(page, message.archive, frozenset(tried))
            if isinstance(placed, Rejection):
                # What a host itself said tells more than that it was asked.
                refusal = refusal if tried else placed
                break
            try:
                entry = self._open(page, message, placed, fingerprint)
            except Refused as error:
                refusal = Rejection(code=error.code, message=error.message)
                break
            self._placed(_now() - started)
            tried.add(placed.host)
            # Another host must still have its time within the page's patience; the last one has what is left.
            others = place(self.candidates.of(page), page.user.tenant, message.archive, frozenset(tried))
            left = max(0.0, until - _now())
            outcome = await self._asked(
                entry, min(self._offer_timeout, left / 2) if isinstance(others, Candidate) else left
            )
            if isinstance(outcome, HostSeatOffer):
                self._offer(entry, outcome)
                return
            refusal = Rejection(code=outcome.code, message=outcome.message)
        page.port.send(
            SeatFailed(
                request=message.request, code=refusal.code, message=refusal.message, retry_after=RETRY_SECONDS
            )
        )

    async def _place(self, page: PageLink, archive: str, tried: frozenset[str]) -> LiveHost | Rejection:
        """The host; where none is connected, one may be just starting: that is waited for."""
        deadline = _now() + self._host_wait
        while True:
            placed = place(self.candidates.of(page), page.user.tenant, archive, tried)
            if isinstance(placed, Candidate):
                host = self._registry.find(placed.host)
                if host is not None:
                    return host
            left = deadline - _now()
            if isinstance(placed, Rejection) and (placed.code != errors.NO_HOST or tried or left <= 0):
                return placed
            await self._registry.changes.wait(max(0.0, left))

    def _seats_of(self, page: PageLink) -> list[SeatEntry]:
        return [entry for entry in self._seats.values() if entry.is_of(page)]

    def _open(self, page: PageLink, message: SeatRequest, host: LiveHost, fingerprint: str) -> SeatEntry:
        self._windows.check(page)
        now = int(time.time())
        seat = Seat(f"seat-{secrets.token_hex(8)}", message.request, page.page, page.user, host.host)
        stream = ""
        if message.transport == Transport.SOCKET:
            ends = {Side.HOST: host.host, Side.PAGE: page.key_hash}
            stream = self._streams.expect(seat.seat, ends, lambda: self._joined(seat.seat))
            fingerprint = fingerprint_of(stream)
        entry = SeatEntry(seat, page, host, stream)
        self._seats[seat.seat] = entry
        self.served.seated(host.host, page.user.tenant, page.user.user)
        ticket = self._signer.sign(
            TicketClaims(
                seat=seat.seat,
                host=host.host,
                user=page.user.user,
                tenant=page.user.tenant,
                role=page.user.role.value,
                archives=(),  # all that the host reaches, those it comes to reach while the seat lasts included
                fingerprint=fingerprint,
                jti=secrets.token_hex(16),
                iat=now,
                exp=now + TICKET_SECONDS,
                page=page.page,
            )
        )
        host.send(
            SeatOpen(
                seat=seat.seat,
                ticket=ticket,
                ice_servers=self._ice_servers.for_host(),
                first=message.first,
                transport=message.transport,
                stream=stream,
            )
        )
        return entry

    def _joined(self, seat: str) -> None:
        """Both ends of a seat on WebSockets are there: that is its answer."""
        entry = self._seats.get(seat)
        if entry is not None:
            entry.step(SeatEvent.ANSWER)

    async def _asked(self, entry: SeatEntry, seconds: float) -> HostSeatOffer | HostSeatFailed:
        """The host's offer, or why there is none."""
        seat = entry.seat.seat
        try:
            outcome = await asyncio.wait_for(asyncio.shield(entry.outcome), seconds)
        except TimeoutError:
            words = f"The render host {entry.host.name} did not answer within {seconds:.0f} s. Try again."
            self._doubts.failed(entry.host.host)
            self._end(entry, SeatEvent.TIMED_OUT, words)
            return HostSeatFailed(seat=seat, code=errors.TIMEOUT, message=words)
        if outcome is None:
            return HostSeatFailed(
                seat=seat,
                code=errors.HOST_LOST,
                message=f"The render host {entry.host.name} is gone. Try again.",
            )
        return outcome

    def _offer(self, entry: SeatEntry, offer: HostSeatOffer) -> None:
        if entry.state is SeatState.OVER:
            return
        self._doubts.served(entry.host.host)
        said = entry.host.registration
        entry.page.port.send(
            SeatOffer(
                request=entry.seat.request,
                seat=entry.seat.seat,
                host=entry.host.host,
                host_name=entry.host.name,
                renderer=said.renderer if said else "",
                encoder=said.encoders[0] if said and said.encoders else "",
                sdp=offer.sdp,
                ice_servers=self._ice_servers.for_page(),
                relay_only=self._ice_servers.relay_only,
                first=offer.first,
                transport=Transport.SOCKET if entry.stream else Transport.WEBRTC,
                stream=entry.stream,
            )
        )
        entry.timer = asyncio.get_running_loop().call_later(
            self._seat_timeout,
            self._end,
            entry,
            SeatEvent.TIMED_OUT,
            "The page did not answer the offer in time.",
        )

    def from_page(self, page: PageLink, message: SeatAnswer | SeatCandidate | SeatRelease) -> None:
        """A page speaks about its seat.

        Raises:
            ProtocolError: the seat is not this page's, or the description is too large.
        """
        entry = self._seats.get(message.seat)
        if entry is None or not entry.is_of(page):
            if isinstance(message, SeatRelease):
                return
            raise ProtocolError(errors.FORBIDDEN, "This seat is over, or not this page's. Ask for another.")
        match message:
            case SeatAnswer():
                if entry.stream:
                    raise ProtocolError(
                        errors.FORBIDDEN, "This seat is on a WebSocket, and takes no description."
                    )
                if len(message.sdp) > limits.SDP_BYTES:
                    raise ProtocolError(errors.TOO_LARGE, "The session description is too large.")
                if entry.step(SeatEvent.ANSWER):
                    entry.host.send(message)
            case SeatCandidate():
                entry.host.send(message)
            case SeatRelease():
                if message.problem in _OF_NO_USE:
                    self._doubts.failed(entry.host.host, page.page)
                self._end(entry, SeatEvent.RELEASED, "The page let it go.")

    def page_back(self, page: PageLink) -> None:
        """A page has connected again: what is sent about its seats goes to the new connection. The old one is over.

        Its network may have changed, so that nobody has noticed yet that the old one is dead.
        """
        for entry in self._seats_of(page):
            if entry.page.port is not page.port:
                entry.page.port.close("The page has connected again.")
            entry.page = page

    def signed_out(self, key_hash: str) -> None:
        """A sign-in is over, and so are its seats."""
        for entry in tuple(self._seats.values()):
            if entry.page.key_hash == key_hash:
                self._end(entry, SeatEvent.RELEASED, "The reader signed out.")

    # ---- from hosts

    def from_host(
        self, host: LiveHost, message: HostSeatOffer | HostSeatFailed | HostSeatClosed | SeatCandidate
    ) -> None:
        """A host speaks about a seat; of a seat that is not its own, nothing is believed."""
        entry = self._seats.get(message.seat)
        if entry is None or entry.host is not host:
            return
        match message:
            case HostSeatOffer():
                if len(message.sdp) > limits.SDP_BYTES:
                    message = HostSeatFailed(
                        seat=message.seat,
                        code=errors.TOO_LARGE,
                        message="The host's session description is too large.",
                    )
                    self._doubts.failed(host.host)
                    self._end(entry, SeatEvent.FAILED, message.message, outcome=message)
                elif entry.stream and message.sdp:  # it does not know of such seats yet
                    self._end(
                        entry,
                        SeatEvent.RELEASED,
                        "The host is of an older version, and serves no seats on WebSockets.",
                        outcome=HostSeatFailed(
                            seat=message.seat,
                            code=errors.UNSUPPORTED,
                            message="The render host is of an older version of Farview: update it, or open UDP to it.",
                        ),
                    )
                elif entry.step(SeatEvent.OFFER):
                    entry.settle(message)
            case HostSeatFailed():
                self._doubts.failed(host.host)
                self._end(entry, SeatEvent.FAILED, message.message, code=message.code, outcome=message)
            case HostSeatClosed():
                self._end(entry, SeatEvent.CLOSED, message.reason)
            case SeatCandidate():
                entry.page.port.send(message)

    def _host_changed(self, change: HostChange) -> None:
        """What is made on a host whose line is cut is made elsewhere. What stands goes on while its page hears of the host."""
        how = "is being stopped. Asking for another." if change.stopped else "is gone. Another one is asked."
        words = f"The render host {change.host.name} {how}"
        ended = f"The render host {change.host.name} has ended this connection. Another one is asked."
        for entry in tuple(self._seats.values()):
            if entry.host is not change.host:
                continue
            gone = change.lost and change.is_known
            if gone or ((change.lost or change.away) and entry.state is not SeatState.OPEN):
                self._end(entry, SeatEvent.HOST_LOST, words)
            elif change.lost or change.away:
                entry.page.port.send(SeatDoubted(seat=entry.seat.seat))
            elif change.seats is not None and entry.seat.seat not in change.seats:
                self._end(entry, SeatEvent.CLOSED, ended)

    # ---- the end

    def _end(
        self,
        entry: SeatEntry,
        event: SeatEvent,
        reason: str,
        *,
        code: str = "",
        outcome: HostSeatFailed | None = None,
    ) -> None:
        """Take a seat out of the table and tell whoever does not know yet (docs/lifecycle.md, "Seats")."""
        before = entry.state
        if not entry.step(event) or entry.state is not SeatState.OVER:
            return
        self._seats.pop(entry.seat.seat, None)
        self.candidates.left(entry)
        self._streams.end(entry.seat.seat, reason)
        entry.settle(outcome)
        if event in (SeatEvent.RELEASED, SeatEvent.TIMED_OUT) or entry.host.is_away:
            entry.host.send(SeatClose(seat=entry.seat.seat, reason=reason))
        if before is not SeatState.ASKED and event is not SeatEvent.RELEASED:
            lost = code or {
                SeatEvent.TIMED_OUT: errors.TIMEOUT,
                SeatEvent.HOST_LOST: errors.HOST_LOST,
            }.get(event, errors.HOST_LOST)
            entry.page.port.send(SeatLost(seat=entry.seat.seat, code=lost, message=reason))
        _LOG.info("seat over", seat=entry.seat.seat, host=entry.seat.host, how=event.value)
