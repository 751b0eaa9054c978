"""A seat's connection to its page over WebRTC: the host offers, the page answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from signaling.protocol import errors
from signaling.protocol.records import IceServer
from signaling.protocol.stills import MOST_BYTES, StillMethod
from streamer.errors import TransportError
from streamer.transport.base import AccessUnit, SendPlan, TransportListener
from streamer.transport.connection_end import ConnectionEnd
from streamer.transport.rtp.h264_payload import MAX_PAYLOAD_BYTES
from streamer.transport.rtp.negotiated import Negotiated
from streamer.transport.webrtc import aiortc_seams, sctp_seams, sdp
from streamer.transport.webrtc.data_channels import DataChannels
from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.link_sender import FIRST_PLAN, LinkSender
from streamer.transport.webrtc.listener_guard import ListenerGuard
from streamer.transport.webrtc.rtcp_gate import RtcpGate
from streamer.transport.webrtc.still_channel import StillChannel

log = structlog.get_logger()
GATHER_SECONDS = 8.0
APPLY_SECONDS = 5.0
CONNECT_SECONDS = 20.0
CLOSE_SECONDS = 5.0
MOST_CANDIDATES = 16
"""Of a page, in its answer and after it: each is an address that the host sends connectivity checks to."""
SCTP_WINDOW_ROUND_TRIPS = 1.5
MOST_SCTP_WINDOW = 1 << 18
MOST_TRACK_STILL = 2000 * MAX_PAYLOAD_BYTES
"""Bytes of one picture on a track: Chromium's packet buffer holds 2048 packets; a larger picture never comes out of it."""


class WebRtcPeer:
    """The Transport (see base) over aiortc."""

    def __init__(
        self,
        listener: TransportListener,
        *,
        fingerprint: str,
        ice_servers: Sequence[IceServer] = (),
        ice: IcePolicy | None = None,
        timestamp_origin: int | None = None,
    ) -> None:
        """`fingerprint` is that of the page's certificate, "sha-256 AA:BB:…", from the ticket.

        `timestamp_origin` is the RTP timestamp of media time 0; random where it is not given.
        """
        aiortc_seams.install()
        self._listener: TransportListener = ListenerGuard(listener)
        self._fingerprint = fingerprint
        servers = [
            RTCIceServer(list(s.urls), username=s.username or None, credential=s.credential or None)
            for s in ice_servers
        ]
        self._pc = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._moving = self._pc.addTransceiver(aiortc_seams.SilentTrack(), direction="sendonly")
        aiortc_seams.prefer_moving(self._moving)
        self._still = self._pc.addTransceiver(aiortc_seams.SilentTrack(), direction="sendonly")
        aiortc_seams.prefer_still(self._still)
        aiortc_seams.apply_ice_policy(self._moving, ice or IcePolicy())
        aiortc_seams.end_consent_with_connection(self._moving)
        self._channels = DataChannels(self._pc, self._listener)
        sctp_seams.speak_with_cookie(self._pc)
        self._stills = StillChannel(self._channels.stills, self._listener)
        self._sender = LinkSender(self._listener, origin=timestamp_origin)
        self._reports = RtcpGate()
        self.plan(FIRST_PLAN)
        self._candidates = 0
        self._profile = ""
        self._still_profile = ""
        self._connected = False
        self._end = ConnectionEnd(self._ended)
        self._sending: asyncio.Task[None] | None = None
        self._pc.on("connectionstatechange", self._on_state)

    @property
    def negotiated_profile(self) -> str:
        """The profile-level-id that both sides agreed on; empty before the answer."""
        return self._profile

    @property
    def still_profile(self) -> str:
        """The profile-level-id of the stills' track; empty where the page can't decode it, or before the answer."""
        return self._still_profile

    async def offer(self) -> str:
        """The SDP offer with all candidates of the host."""
        try:
            await asyncio.wait_for(self._pc.setLocalDescription(await self._pc.createOffer()), GATHER_SECONDS)
        except TimeoutError:
            raise TransportError(
                "The host could not find its own addresses in time. Check its STUN and TURN servers.",
                errors.TIMEOUT,
            ) from None
        if self._end.over:
            aiortc_seams.cut(self._moving)  # a relay that answered after the end
            raise TransportError("The connection was closed while it was being made.")
        text = self._pc.localDescription.sdp
        if "a=candidate:" not in text:
            raise TransportError(
                "The host has no UDP port left for another reader. Widen --udp-ports, or close unused seats."
            )
        return text

    async def accept(self, answer_sdp: str) -> None:
        """Takes the page's answer."""
        answer = sdp.check_answer(answer_sdp, self._fingerprint)
        answer, self._candidates = sdp.with_candidates(answer, MOST_CANDIDATES)
        try:
            await asyncio.wait_for(
                self._pc.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer")), APPLY_SECONDS
            )
        except TimeoutError:
            raise TransportError(
                "The page's answer could not be applied in time. Try again.", errors.TIMEOUT
            ) from None
        except Exception as error:
            # The parser meets malformed text with whatever its code runs into, so no narrower class would do.
            raise _misfit(error) from error
        try:
            moving = aiortc_seams.negotiated(self._moving)
        except IndexError as error:  # no codec in common
            raise _misfit(error) from error
        accepted = self._still.currentDirection == "sendonly"
        still = aiortc_seams.negotiated(self._still) if accepted else None
        self._profile = moving.profile
        self._still_profile = still.profile if still is not None else ""
        self._sender.configure(moving, still)
        aiortc_seams.tap_rtcp(self._moving, self._on_rtcp)
        for transceiver, settled in ((self._moving, moving), (self._still, still)):
            if settled is not None:
                self._report(transceiver, settled)
        self._end.unless_within(
            CONNECT_SECONDS,
            f"No connection to the page within {CONNECT_SECONDS:.0f} s. Open the host's UDP ports to it, or use a TURN server.",
        )

    async def add_candidate(self, candidate: str, sdp_mid: str, sdp_m_line_index: int) -> None:
        """Takes a trickled candidate."""
        text = sdp.check_candidate(candidate)
        if text is None or self._end.over or self._candidates >= MOST_CANDIDATES:
            return
        self._candidates += 1
        try:
            parsed = candidate_from_sdp(text)
            parsed.sdpMid, parsed.sdpMLineIndex = sdp_mid, sdp_m_line_index
            await asyncio.wait_for(self._pc.addIceCandidate(parsed), APPLY_SECONDS)
        except (ValueError, AssertionError, IndexError, TimeoutError) as error:
            raise TransportError(
                "The page sent an ICE candidate that can't be read.", errors.MALFORMED
            ) from error

    def send_frame(self, unit: AccessUnit) -> None:
        """Sends a picture at once."""
        if not self._connected or self._end.over:
            raise TransportError("The page is not connected, so no picture can be sent to it.")
        self._sender.send(unit)

    def send_still(self, data: bytes, pts: int, method: str) -> None:
        """Sends a still behind the moving pictures."""
        if not self._connected or self._end.over:
            raise TransportError("The page is not connected, so no still can be sent to it.")
        self.cancel_still()
        if method == StillMethod.TRACK and self._still_profile and len(data) <= MOST_TRACK_STILL:
            self._sender.send_still(data, pts)
        elif (
            method in (StillMethod.JXL, StillMethod.PNG) and self._stills.is_open and len(data) <= MOST_BYTES
        ):
            self._stills.send(data, pts, self._sender.rtp_timestamp(pts))
        else:
            raise TransportError(
                f"This page can't take a still of {len(data)} bytes by the method {method}. Choose another method.",
                errors.UNSUPPORTED,
            )

    def cancel_still(self) -> int:
        """Forgets what has not left of the still."""
        return self._sender.cancel_still() + self._stills.cancel()

    def rtp_timestamp(self, pts: int) -> int:
        """The RTP timestamp of media time `pts`."""
        return self._sender.rtp_timestamp(pts)

    def send_control(self, text: str) -> bool:
        """Sends on the `control` channel."""
        return self._channels.send_control(text)

    def send_frames_channel(self, data: bytes) -> bool:
        """Sends on the `frames` channel, or drops."""
        return self._channels.send_frames(data)

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller."""
        self._sender.plan(plan)
        still_bit_rate = plan.still_bit_rate or plan.pacing_bit_rate
        self._stills.plan(still_bit_rate)
        window = still_bit_rate / 8 * plan.round_trip * SCTP_WINDOW_ROUND_TRIPS
        sctp_seams.widen_window(self._pc, min(int(window), MOST_SCTP_WINDOW))

    def unsent_bytes(self) -> int:
        """Bytes of moving pictures that have not left the host."""
        return self._sender.unsent_bytes()

    def unsent_still_bytes(self) -> int:
        """Bytes of the still that have not left the host."""
        return self._sender.unsent_still_bytes() + self._stills.unsent

    def in_flight_bytes(self) -> int:
        """Bytes that the page has not spoken of."""
        return self._sender.in_flight_bytes() + sctp_seams.in_flight(self._pc)

    async def close(self) -> None:
        """Closes the connection."""
        self._end.close()
        self._stills.cancel()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        try:
            await asyncio.wait_for(self._pc.close(), CLOSE_SECONDS)
        except TimeoutError:
            log.warning("connection_cut", after_seconds=CLOSE_SECONDS)
            aiortc_seams.cut(self._moving)

    def _report(self, transceiver: RTCRtpTransceiver, settled: Negotiated) -> None:
        aiortc_seams.replace_sender_reports(transceiver, lambda: self._sender.sender_report(settled.ssrc))

    def _on_rtcp(self, datagram: bytes) -> None:
        if self._reports.admits(datagram, time.monotonic()):
            self._sender.on_rtcp(datagram)

    def _on_state(self) -> None:
        state = self._pc.connectionState
        if state == "connected" and not self._connected:
            self._connected = True
            self._end.stands()
            self._sending = asyncio.get_running_loop().create_task(
                self._sender.run(aiortc_seams.rtp_outlet(self._moving)), name="link-sender"
            )
            self._end.with_failure_of(self._sending, "Pictures can't be sent on this connection any more.")
            self._listener.on_connected()
        elif state == "failed":
            self._end.come("The connection to the page failed.")
        elif state == "closed":
            self._end.come("The page closed the connection.")

    def _ended(self, reason: str) -> None:
        self._stills.cancel()
        self._listener.on_disconnected(reason)


def _misfit(error: Exception) -> TransportError:
    return TransportError(
        f"The page's answer does not fit the host's offer ({type(error).__name__}). Reload the page.",
        errors.MALFORMED,
    )
