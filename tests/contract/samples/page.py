"""One message or more of every type on `/ws/page`, and messages that must be refused."""

from __future__ import annotations

from signaling.protocol import errors
from signaling.protocol import page as p
from signaling.protocol.control import OpenStudy, PageAbilities
from signaling.protocol.records import IceServer

FINGERPRINT = "sha-256 " + ":".join(f"{byte:02X}" for byte in range(32))

FROM_PAGE: list[p.FromPage] = [
    p.PageHello(protocol=2, page="page-1"),
    p.SeatRequest(request="r1", fingerprint=FINGERPRINT),
    p.SeatRequest(request="r2", fingerprint=FINGERPRINT, archive="demo"),
    p.SeatRequest(
        request="r3",
        fingerprint=FINGERPRINT,
        first=(
            PageAbilities(still=("png",), held=8),
            OpenStudy(request=1, archive="demo", study="1.2.3", width=1280, height=800),
        ),
    ),
    p.SeatAnswer(seat="seat-1", sdp="v=0\r\n"),
    p.SeatCandidate(
        seat="seat-1", candidate="candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host", sdp_mid="0"
    ),
    p.SeatCandidate(seat="seat-1", candidate=""),
    p.SeatRelease(seat="seat-1"),
    p.PagePing(number=7),
]

TO_PAGE: list[p.ToPage] = [
    p.PageWelcome(protocol=2, user="owner", role="admin", tenant="default", build="0123abcd"),
    p.PageWelcome(
        protocol=2, user="owner", role="reader", tenant="default", build="0123abcd", demo="converting 1 of 5"
    ),
    p.SeatOffer(
        request="r1",
        seat="seat-1",
        host="host-1",
        host_name="here",
        renderer="llvmpipe",
        encoder="libx264",
        sdp="v=0\r\n",
        ice_servers=(IceServer(urls=("stun:stun.example:3478",), username="u", credential="c"),),
        relay_only=True,
        first=2,
    ),
    p.SeatFailed(
        request="r1", code=errors.NO_HOST, message="No render host is connected. Start one.", retry_after=2.0
    ),
    p.SeatLost(seat="seat-1", code=errors.HOST_LOST, message="The render host is gone."),
    p.SeatDoubted(seat="seat-1"),
    p.SeatCandidate(seat="seat-1", candidate="", sdp_mid="1", sdp_m_line_index=1),
    p.WorklistChanged(archive="demo", studies=3, files_seen=40, files_total=120, scanning=True),
    p.WorklistChanged(
        archive="demo",
        studies=3,
        files_seen=120,
        files_total=120,
        scanning=False,
        problem="1 file can't be read.",
    ),
    p.PagePong(number=7),
    p.PageError(code=errors.MALFORMED, message="The message is not valid JSON."),
    p.SignedOut(message="Farview was stopped. Sign in again."),
    p.SignedOut(message="Your sign-in has lapsed. Sign in again.", lapsed=True),
    p.SignInEnds(message="Your sign-in ends within 15 minutes."),
    p.SignInEnds(message=""),
]

REFUSED_FROM_PAGE: list[tuple[str, str, str]] = [
    ("not JSON", "{", errors.MALFORMED),
    ("not an object", "[1,2]", errors.MALFORMED),
    ("no type", '{"request":"r1"}', errors.MALFORMED),
    ("unknown type", '{"type":"seat.steal","seat":"seat-1"}', errors.UNKNOWN_TYPE),
    ("a message of the other direction", '{"type":"welcome"}', errors.UNKNOWN_TYPE),
    (
        "more first messages than there may be",
        f'{{"type":"seat.request","request":"r1","fingerprint":"f","first":[{",".join(["{}"] * 5)}]}}'.replace(
            "{}", '{"type":"close"}'
        ),
        errors.MALFORMED,
    ),
    (
        "a first message of a type that is none",
        '{"type":"seat.request","request":"r1","fingerprint":"f","first":[{"type":"sing"}]}',
        errors.MALFORMED,
    ),
    ("a field is missing", '{"type":"seat.request","request":"r1"}', errors.MALFORMED),
    ("a field has the wrong type", '{"type":"ping","number":"7"}', errors.MALFORMED),
]
