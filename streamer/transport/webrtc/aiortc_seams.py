"""Every touch of names that aiortc keeps to itself, and the check that they are still there (aioice_seams, sctp_seams: the rest).

aiortc makes the connection (ICE, DTLS, SRTP, SCTP) and the session description; the RTP that goes out is ours
(docs/adr/0003-aiortc-seams.md). Written for aiortc 1.16 and aioice 0.13.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import aioice
from aiortc import (
    RTCRtpTransceiver,
    codecs,
    rtcdtlstransport,
    rtcicetransport,
)
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecCapability,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtp import RtcpSrPacket

from streamer.transport.rtp import packet
from streamer.transport.rtp.negotiated import Negotiated
from streamer.transport.webrtc import aioice_seams, sctp_seams
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.sdp import H264_PROFILES, STILL_PROFILE

_FIRST_PAYLOAD_TYPE = 103
_CLOCK_RATE = 90_000


class SeamError(RuntimeError):
    """The installed aiortc or aioice is not one that this file was written for."""


class SilentTrack(MediaStreamTrack):
    """The track that the session description speaks of. Nothing is read from it: packets leave through send_rtp."""

    kind = "video"

    async def recv(self) -> Any:
        """Never returns; aiortc's own sending loop waits here until it is cancelled."""
        await asyncio.get_running_loop().create_future()


def check_seams() -> None:
    """Looks for every private name used here.

    Raises:
        SeamError: names what is gone, and what to do.
    """
    sender_source = inspect.getsource(RTCRtpSender)
    wanted = {
        "aiortc.codecs.CODECS['video']": bool(getattr(codecs, "CODECS", {}).get("video")),
        "aiortc.codecs.HEADER_EXTENSIONS['video']": bool(
            getattr(codecs, "HEADER_EXTENSIONS", {}).get("video")
        ),
        "RTCDtlsTransport._send_rtp(data)": aioice_seams.takes(
            rtcdtlstransport.RTCDtlsTransport, "_send_rtp", "data"
        ),
        "RTCDtlsTransport._handle_rtcp_data(data)": aioice_seams.takes(
            rtcdtlstransport.RTCDtlsTransport, "_handle_rtcp_data", "data"
        ),
        "await self._handle_rtcp_data": "self._handle_rtcp_data(" in inspect.getsource(rtcdtlstransport),
        "RTCRtpSender._send_rtcp(packets)": aioice_seams.takes(RTCRtpSender, "_send_rtcp", "packets"),
        "RTCRtpSender._ssrc": "self._ssrc =" in sender_source,
        "RTCRtpSender._rtx_ssrc": "self._rtx_ssrc =" in sender_source,
        "RTCRtpSender reads its track by recv()": "__track.recv()" in sender_source,
        "RTCRtpTransceiver._codecs": "self._codecs" in inspect.getsource(RTCRtpTransceiver),
        "RTCRtpTransceiver._headerExtensions": "self._headerExtensions"
        in inspect.getsource(RTCRtpTransceiver),
        "RTCIceTransport._connection": "_connection = gatherer._connection"
        in inspect.getsource(rtcicetransport),
        "RTCRtpSender reports by RtcpSrPacket": "RtcpSrPacket(" in sender_source,
        **sctp_seams.wanted(),
        **aioice_seams.wanted(),
    }
    gone = [name for name, found in wanted.items() if not found]
    if gone:
        raise SeamError(
            f"The installed aiortc or aioice lacks {', '.join(gone)}. Install the locked versions"
            " (requirements/run.lock), or adapt streamer/transport/webrtc/aiortc_seams.py."
        )


def install() -> None:
    """Teaches aiortc, once per process, the H.264 profiles, header extensions and feedback that the host offers.

    Raises:
        SeamError: see check_seams.
    """
    known = codecs.CODECS["video"]
    if any(codec.parameters.get("profile-level-id") == H264_PROFILES[0] for codec in known):
        return
    check_seams()
    known[:0] = _h264_codecs()
    extensions = codecs.HEADER_EXTENSIONS["video"]
    free = max(e.id for kind in codecs.HEADER_EXTENSIONS.values() for e in kind) + 1
    for number, uri in enumerate((packet.TRANSPORT_SEQUENCE_URI, packet.PLAYOUT_DELAY_URI), free):
        extensions.append(RTCRtpHeaderExtensionParameters(id=number, uri=uri))
    sctp_seams.install()


def _h264_codecs() -> list[RTCRtpCodecParameters]:
    found = []
    for number, profile in enumerate((*H264_PROFILES, STILL_PROFILE)):
        payload_type = _FIRST_PAYLOAD_TYPE + 2 * number
        found.append(
            RTCRtpCodecParameters(
                mimeType="video/H264",
                clockRate=_CLOCK_RATE,
                payloadType=payload_type,
                rtcpFeedback=[
                    RTCRtcpFeedback(type="nack"),
                    RTCRtcpFeedback(type="nack", parameter="pli"),
                    RTCRtcpFeedback(type="ccm", parameter="fir"),
                    RTCRtcpFeedback(type="transport-cc"),
                    RTCRtcpFeedback(type="goog-remb"),
                ],
                parameters={
                    "level-asymmetry-allowed": "1",
                    "packetization-mode": "1",
                    "profile-level-id": profile,
                },
            )
        )
        found.append(
            RTCRtpCodecParameters(
                mimeType="video/rtx",
                clockRate=_CLOCK_RATE,
                payloadType=payload_type + 1,
                parameters={"apt": payload_type},
            )
        )
    return found


def prefer_moving(transceiver: RTCRtpTransceiver) -> None:
    """Offers our H.264 profiles for moving pictures, best first, and retransmission; nothing else."""
    _prefer(transceiver, H264_PROFILES)


def prefer_still(transceiver: RTCRtpTransceiver) -> None:
    """Offers the one profile that codes without loss, and retransmission; nothing else."""
    _prefer(transceiver, (STILL_PROFILE,))


def _prefer(transceiver: RTCRtpTransceiver, profiles: tuple[str, ...]) -> None:
    capabilities = RTCRtpSender.getCapabilities("video").codecs
    wanted: list[RTCRtpCodecCapability] = []
    for profile in profiles:
        wanted += [c for c in capabilities if c.parameters.get("profile-level-id") == profile]
    transceiver.setCodecPreferences(wanted + [c for c in capabilities if c.mimeType == "video/rtx"])


def negotiated(transceiver: RTCRtpTransceiver) -> Negotiated:
    """What the remote description settled; only after it has been set."""
    codec = transceiver._codecs[0]
    rtx = next(
        (c for c in transceiver._codecs if c.name == "rtx" and c.parameters.get("apt") == codec.payloadType),
        None,
    )
    ids = {extension.uri: extension.id for extension in transceiver._headerExtensions}
    feedback = any(f.type == "transport-cc" for f in codec.rtcpFeedback)
    assert codec.payloadType is not None
    return Negotiated(
        profile=str(codec.parameters.get("profile-level-id", "")).lower(),
        payload_type=codec.payloadType,
        rtx_payload_type=rtx.payloadType if rtx is not None else None,
        ssrc=transceiver.sender._ssrc,
        rtx_ssrc=transceiver.sender._rtx_ssrc,
        mid=transceiver.mid or "",
        extensions=packet.ExtensionIds(
            mid=ids.get(packet.MID_URI, 0),
            transport_sequence=ids.get(packet.TRANSPORT_SEQUENCE_URI, 0) if feedback else 0,
            playout_delay=ids.get(packet.PLAYOUT_DELAY_URI, 0),
        ),
    )


def rtp_outlet(transceiver: RTCRtpTransceiver) -> Callable[[bytes], Awaitable[None]]:
    """Encrypts and sends one RTP or RTCP packet; raises ConnectionError when the connection is not, or no longer, there."""
    return transceiver.sender.transport._send_rtp


def tap_rtcp(transceiver: RTCRtpTransceiver, handler: Callable[[bytes], None]) -> None:
    """Calls `handler` with each compound RTCP packet that comes, decrypted, before aiortc sees it."""
    transport = transceiver.sender.transport
    original = transport._handle_rtcp_data

    async def handle(data: bytes) -> None:
        handler(data)
        await original(data)

    transport._handle_rtcp_data = handle  # type: ignore[method-assign]


def replace_sender_reports(transceiver: RTCRtpTransceiver, report: Callable[[], bytes]) -> None:
    """Puts `report()` (empty = none yet) in the place of aiortc's sender report, which counts packets it did not send."""
    sender = transceiver.sender
    send = rtp_outlet(transceiver)

    async def send_rtcp(packets: list[Any]) -> None:
        ours = b"".join(report() if isinstance(p, RtcpSrPacket) else bytes(p) for p in packets)
        starts_with_report = ours[1:2] in (b"\xc8", b"\xc9")
        if ours and (starts_with_report or not isinstance(packets[0], RtcpSrPacket)):
            try:
                await send(ours)
            except ConnectionError:
                # The connection ended between two reports; its end is told by the connection itself.
                return

    sender._send_rtcp = send_rtcp  # type: ignore[method-assign]


def apply_ice_policy(transceiver: RTCRtpTransceiver, policy: IcePolicy) -> None:
    """Makes the connection bind and show its host candidates as the policy says, and follow its page to another address."""
    aioice_seams.apply_policy(_ice(transceiver), policy)


def end_consent_with_connection(transceiver: RTCRtpTransceiver) -> None:
    """Keeps consent checks from being started on a connection that was closed while it was being made."""
    aioice_seams.end_consent(_ice(transceiver))


def cut(transceiver: RTCRtpTransceiver) -> None:
    """Closes the connection's sockets at once, where it does not end in good order."""
    aioice_seams.cut(_ice(transceiver))


def _ice(transceiver: RTCRtpTransceiver) -> aioice.Connection:
    return transceiver.sender.transport.transport._connection
