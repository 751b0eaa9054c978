"""Messages between a page and the signaling server, on the WebSocket `/ws/page` (signed in by cookie)."""

from __future__ import annotations

import base64
import binascii

import msgspec

from signaling.protocol import control, limits
from signaling.protocol.codec import JsonCodec
from signaling.protocol.records import IceServer

SUBPROTOCOL = "farview-page"
"""What the server answers, where a page offers it: what stands beside it was read."""
SAID = "farview-said."
"""A subprotocol that is one message, as base64url (RFC 4648, 5, without padding) of its JSON."""
MOST_SAID = 2
"""Messages that may come so: hello, and one request for a seat."""


class PageMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all page messages."""


class PageHello(PageMessage, tag="hello"):
    """Page → server, first: its protocol version and its own id (kept for the life of the tab)."""

    protocol: int
    page: str


class SeatRequest(PageMessage, tag="seat.request"):
    """Page → server: a seat, please. `fingerprint` is the SHA-256 fingerprint of the page's DTLS certificate.

    `archive` limits the choice to hosts that reach it; empty = any. Answered by seat.offer or seat.failed. `first` is what
    the page would say first on `control`: the host takes it at once, while the connection is still being made. `transport`
    is "webrtc", or "socket" where UDP is blocked (stream.py): such a seat has no certificate, and `fingerprint` is empty.
    """

    request: str
    fingerprint: str
    archive: str = ""
    first: control.FirstMessages = ()
    transport: str = "webrtc"


class SeatAnswer(PageMessage, tag="seat.answer"):
    """Page → server → host: the SDP answer to the host's offer."""

    seat: str
    sdp: str


class SeatCandidate(PageMessage, tag="seat.candidate"):
    """Either way: one trickled ICE candidate (`candidate` empty = end of candidates)."""

    seat: str
    candidate: str
    sdp_mid: str = "0"
    sdp_m_line_index: int = 0


class SeatRelease(PageMessage, tag="seat.release"):
    """Page → server: the page lets its seat go (reload, sign-out).

    `problem` is why the seat was of no use to it, where it was: bad-offer, not-connected, or no-archive (the host does not reach
    the study's archive). For a while the page is then given another host, where there is one.
    """

    seat: str
    problem: str = ""


class PagePing(PageMessage, tag="ping"):
    """Page → server: answered by pong with the same number."""

    number: int


class PageWelcome(PageMessage, tag="welcome"):
    """Server → page, answers hello. `build` changes when static files do; `role` is reader or admin."""

    protocol: int
    user: str
    role: str
    tenant: str
    build: str
    demo: str = ""


class SeatOffer(PageMessage, tag="seat.offer"):
    """Server → page: the host's SDP offer for the seat asked for in `request`.

    With `relay_only` the page must go through a TURN server of `ice_servers` (W3C WebRTC, iceTransportPolicy "relay").
    `first` is how many of the request's first messages the host has taken: all of them, or none. Where `transport` is
    "socket" there is no SDP: the page opens `/ws/page-stream` with the token `stream`, which is good once.
    """

    request: str
    seat: str
    host: str
    host_name: str
    renderer: str
    encoder: str
    sdp: str
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    first: int = 0
    transport: str = "webrtc"
    stream: str = ""


class SeatFailed(PageMessage, tag="seat.failed"):
    """Server → page: no seat; `message` says why and what to do, `retry_after` seconds (0 = do not retry by itself)."""

    request: str
    code: str
    message: str
    retry_after: float = 0.0


class SeatLost(PageMessage, tag="seat.lost"):
    """Server → page: the host of this seat is gone or closed it; the page asks for another."""

    seat: str
    code: str
    message: str


class SeatDoubted(PageMessage, tag="seat.doubted"):
    """Server → page: its line to the host of this seat has ended, and whether the host lives is not known here.

    The page looks at once: a host that lives is heard of by the seat itself, which then goes on; else the page takes another.
    """

    seat: str


class WorklistChanged(PageMessage, tag="worklist.changed"):
    """Server → page: an archive's index has grown or changed, or an archive came or went; counts for the progress line."""

    archive: str
    studies: int
    files_seen: int
    files_total: int
    scanning: bool
    problem: str = ""


class PagePong(PageMessage, tag="pong"):
    """Server → page: answers ping."""

    number: int


class PageError(PageMessage, tag="error"):
    """Server → page: the last message was refused; the connection stays."""

    code: str
    message: str


class SignedOut(PageMessage, tag="signed-out"):
    """Server → page: the sign-in ended (revoked, or Farview restarted with new keys); the page shows how to sign in again.

    `lapsed`: by the passing of time alone; the page keeps its seat and what it shows, and lets its reader sign in over it.
    """

    message: str
    lapsed: bool = False


class SignInEnds(PageMessage, tag="sign-in.ends"):
    """Server → page: the sign-in comes to the end of its life within minutes; what is read stays, nothing new opens then.

    Without words: it was made anew, and what was said of its end holds no more.
    """

    message: str


FromPage = PageHello | SeatRequest | SeatAnswer | SeatCandidate | SeatRelease | PagePing
ToPage = (
    PageWelcome
    | SeatOffer
    | SeatFailed
    | SeatLost
    | SeatDoubted
    | SeatCandidate
    | WorklistChanged
    | PagePong
    | PageError
    | SignedOut
    | SignInEnds
)


def said_with(offered: str) -> tuple[str, ...]:
    """What a page says with its request for the connection, so that it costs no round trip: `offered` are its subprotocols.

    The texts of its messages, in order. What is no base64url of UTF-8 is left as a text that is no message either, and of more
    than MOST_SAID messages the first one too many, so that both are refused as any other would be.
    """
    names = [name.strip() for name in offered.split(",")]
    coded = [name.removeprefix(SAID) for name in names if name.startswith(SAID)]
    return tuple(_said(each) for each in coded[:MOST_SAID]) + ("",) * (len(coded) > MOST_SAID)


def _said(coded: str) -> str:
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


FROM_PAGE: JsonCodec[FromPage] = JsonCodec(FromPage, limits.PAGE_MESSAGE_BYTES)
TO_PAGE: JsonCodec[ToPage] = JsonCodec(ToPage, limits.PAGE_MESSAGE_BYTES)
