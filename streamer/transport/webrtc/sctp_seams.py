"""What aiortc's SCTP association, under the data channels, keeps to itself. Written for aiortc 1.16."""

from __future__ import annotations

import inspect
from typing import Any

from aiortc import RTCPeerConnection, rtcsctptransport
from aiortc.rtcsctptransport import CookieAckChunk, InitAckChunk, RTCSctpTransport

from streamer.transport.webrtc.aioice_seams import takes

_SHORTEST_TIMEOUT = 0.3
_FIRST_TIMEOUT = 1.0


def wanted() -> dict[str, bool]:
    """Every private name used here, and whether the installed version has it."""
    source = inspect.getsource(rtcsctptransport)
    return {
        "rtcsctptransport.SCTP_RTO_MIN": "max(SCTP_RTO_MIN" in source,
        "rtcsctptransport.SCTP_RTO_INITIAL": "= SCTP_RTO_INITIAL" in source,
        "RTCSctpTransport._cwnd": "self._cwnd = " in source,
        "RTCSctpTransport._cwnd bounds what is on its way": "self._flight_size < cwnd" in source,
        "RTCSctpTransport._flight_size": "self._flight_size = " in source,
        "RTCSctpTransport._local_tsn": "init_ack.initial_tsn = self._local_tsn" in source,
        "RTCSctpTransport._receive_chunk(chunk)": takes(RTCSctpTransport, "_receive_chunk", "chunk"),
        "RTCSctpTransport._send_chunk(chunk)": takes(RTCSctpTransport, "_send_chunk", "chunk"),
        "RTCSctpTransport._set_state(state)": takes(RTCSctpTransport, "_set_state", "state"),
        "RTCSctpTransport._t1_cancel()": callable(getattr(RTCSctpTransport, "_t1_cancel", None)),
        "RTCSctpTransport.State.COOKIE_ECHOED": "self._set_state(self.State.COOKIE_ECHOED)" in source,
    }


def install() -> None:
    """aiortc waits a second at least before it repeats the last packet of a message; a page 200 ms away waits less."""
    rtcsctptransport.SCTP_RTO_MIN = _SHORTEST_TIMEOUT  # type: ignore[assignment]
    rtcsctptransport.SCTP_RTO_INITIAL = _FIRST_TIMEOUT


def speak_with_cookie(pc: RTCPeerConnection) -> None:
    """Lets data follow the cookie that opens the association at once (RFC 9260, 5.1, C), not its acknowledgement.

    That is a round trip less until a page knows what its first picture shows. To be called before the connection is made.
    """
    sctp = pc.sctp
    if sctp is None:
        return
    first_tsn = sctp._local_tsn
    receive, send = sctp._receive_chunk, sctp._send_chunk

    async def receive_chunk(chunk: Any) -> None:
        await receive(chunk)
        if isinstance(chunk, InitAckChunk) and sctp._association_state is sctp.State.COOKIE_ECHOED:
            sctp._set_state(
                sctp.State.ESTABLISHED
            )  # the cookie is still repeated until its acknowledgement comes
        elif isinstance(chunk, CookieAckChunk) and sctp._association_state is sctp.State.ESTABLISHED:
            sctp._t1_cancel()

    async def send_chunk(chunk: Any) -> None:
        if isinstance(chunk, InitAckChunk):
            # Both sides open the association. Where our cookie got lost, the page counts from what this answer says.
            chunk.initial_tsn = first_tsn
        await send(chunk)

    sctp._receive_chunk = receive_chunk  # type: ignore[method-assign]
    sctp._send_chunk = send_chunk  # type: ignore[method-assign]


def widen_window(pc: RTCPeerConnection, size: int) -> None:
    """Lets `size` bytes of the data channels be on their way, if fewer may be; the window else starts at three packets."""
    if pc.sctp is not None:
        pc.sctp._cwnd = max(pc.sctp._cwnd, size)


def in_flight(pc: RTCPeerConnection) -> int:
    """Bytes of the data channels that left and are not acknowledged."""
    return 0 if pc.sctp is None else int(pc.sctp._flight_size)
