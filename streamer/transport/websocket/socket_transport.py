"""A seat's connection to its page over WebSockets: the host dials one, the page another, and the server joins them unread."""

from __future__ import annotations

import asyncio
import random
import ssl
import time

import aiohttp
import structlog

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.stills import MOST_BYTES, StillMethod
from signaling.protocol.stream import (
    HOST_HEADER,
    PAGE_MESSAGE_BYTES,
    Arrivals,
    Begin,
    KeyframeWanted,
    Kind,
    Passed,
    decode,
)
from streamer.errors import TransportError
from streamer.transport.base import AccessUnit, SendPlan, TransportListener
from streamer.transport.connection_end import ConnectionEnd
from streamer.transport.webrtc.listener_guard import ListenerGuard
from streamer.transport.websocket.aiohttp_seam import Outflow
from streamer.transport.websocket.stream_sender import OutgoingPart, Picture, StreamSender

log = structlog.get_logger()
DIAL_SECONDS = 10.0
CONNECT_SECONDS = 20.0
CLOSE_SECONDS = 3.0
HEARTBEAT_SECONDS = 20.0
KEYFRAME_REQUEST_SECONDS = 0.05
MAX_UNSENT_CONTROL_BYTES = 1 << 18
MAX_UNSENT_FRAMES_BYTES = 16_384
MOST_WRONG = 50
PROFILE = "640034"
"""High, level 5.2: a page asks for such a seat only where its decoder takes it."""
STILL_PROFILE = "f40034"
_FAILED = "The connection to the page over the server failed."
FIRST_PLAN = SendPlan(pacing_bit_rate=3_000_000, round_trip=0.1)


class SocketTransport:
    """The Transport (see base) over WebSockets: no SDP, no candidates, no loss."""

    def __init__(
        self,
        listener: TransportListener,
        *,
        url: str,
        key: str,
        token: str,
        tls: ssl.SSLContext | None = None,
        timestamp_origin: int | None = None,
    ) -> None:
        """`url` is the signaling server's, `key` this host's own, `token` what the server told it with the seat."""
        self._listener: TransportListener = ListenerGuard(listener)
        self._url = url.rstrip("/") + "/ws/host-stream"
        self._headers = {"Authorization": f"Bearer {key}", HOST_HEADER: token}
        self._tls: ssl.SSLContext | bool = tls if tls is not None else True
        self._origin = random.getrandbits(32) if timestamp_origin is None else timestamp_origin
        self._plan = FIRST_PLAN
        self._sender = StreamSender(FIRST_PLAN)
        self._wake = asyncio.Event()
        self._outflow: Outflow | None = None
        self._page: Begin | None = None
        self._end = ConnectionEnd(self._ended)
        self._asked_at = -1e9
        self._wrong = 0
        self._running: asyncio.Task[None] | None = None

    @property
    def negotiated_profile(self) -> str:
        """The profile-level-id of the pictures; empty before the page is there."""
        return PROFILE if self._page is not None else ""

    @property
    def still_profile(self) -> str:
        """That of the stills; empty where the page can't decode them."""
        return STILL_PROFILE if self._page is not None and self._page.decodes_stills else ""

    async def offer(self) -> str:
        """Dials; nothing has to be described."""
        self._running = asyncio.create_task(self._run(), name="stream")
        self._end.with_failure_of(self._running, _FAILED)
        self._end.unless_within(
            CONNECT_SECONDS, f"The page did not open its end within {CONNECT_SECONDS:.0f} s."
        )
        return ""

    async def accept(self, answer_sdp: str) -> None:
        """Refuses: its ticket is for no certificate."""
        raise TransportError("This seat is on a WebSocket, and takes no answer of WebRTC.", errors.TICKET)

    async def add_candidate(self, candidate: str, sdp_mid: str, sdp_m_line_index: int) -> None:
        """Ignores: there are none here."""

    # ---- out

    def send_frame(self, unit: AccessUnit) -> None:
        """Sends a picture at once."""
        if self._page is None or self._end.over:
            raise TransportError("The page is not connected, so no picture can be sent to it.")
        rtp = self.rtp_timestamp(unit.pts)
        told = self._listener.on_frame_sent
        self._sender.push(Picture(unit.pts, rtp, unit.data, unit.key, still=False, told=told))
        self._wake.set()

    def send_still(self, data: bytes, pts: int, method: str) -> None:
        """Sends a still behind the moving pictures."""
        if self._page is None or self._end.over:
            raise TransportError("The page is not connected, so no still can be sent to it.")
        self.cancel_still()
        as_video = method == StillMethod.TRACK and bool(self.still_profile)
        if len(data) > MOST_BYTES or not (as_video or method in (StillMethod.JXL, StillMethod.PNG)):
            raise TransportError(
                f"This page can't take a still of {len(data)} bytes by the method {method}. Choose another method.",
                errors.UNSUPPORTED,
            )
        told = self._listener.on_still_sent
        self._sender.push(Picture(pts, self.rtp_timestamp(pts), data, not as_video, still=True, told=told))
        self._wake.set()

    def cancel_still(self) -> int:
        """Forgets what has not left of the still."""
        return self._sender.drop_still()

    def rtp_timestamp(self, pts: int) -> int:
        """The timestamp of media time `pts`, as RTP counts."""
        return (self._origin + pts) & 0xFFFF_FFFF

    def send_control(self, text: str) -> bool:
        """Sends what the `control` channel carries elsewhere."""
        return self._say(Kind.CONTROL, text.encode(), MAX_UNSENT_CONTROL_BYTES)

    def send_frames_channel(self, data: bytes) -> bool:
        """Sends what the `frames` channel carries elsewhere, or drops it."""
        return self._say(Kind.FRAMES, data, MAX_UNSENT_FRAMES_BYTES)

    def _say(self, kind: Kind, data: bytes, most: int) -> bool:
        if self._page is None or self._end.over or not self._sender.say(kind, data, most):
            return False
        self._wake.set()
        return True

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller."""
        self._plan = plan
        self._sender.plan(plan)
        if self._outflow is not None:
            self._outflow.plan(plan.pacing_bit_rate)
        self._wake.set()

    def unsent_bytes(self) -> int:
        """Bytes of moving pictures that have not left the host."""
        return self._sender.unsent + (self._outflow.unsent_moving if self._outflow is not None else 0)

    def unsent_still_bytes(self) -> int:
        """Bytes of the still that have not left the host."""
        return self._sender.unsent_still

    def in_flight_bytes(self) -> int:
        """Bytes that the page has not spoken of: in the queues of both connections, and on their way."""
        return self._sender.in_flight

    # ---- life

    async def close(self) -> None:
        """Closes the connection."""
        self._end.close()
        self._sender.drop_still()
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait((self._running,), timeout=CLOSE_SECONDS)

    async def _run(self) -> None:
        reason = "The page closed the connection."
        try:
            async with aiohttp.ClientSession() as client:
                end = await asyncio.wait_for(self._dial(client), DIAL_SECONDS)
                async with end:
                    await self._converse(end)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("stream_failed", problem=type(error).__name__)
            reason = _FAILED
        self._end.come(reason)

    async def _dial(self, client: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        return await client.ws_connect(
            self._url,
            headers=self._headers,
            heartbeat=HEARTBEAT_SECONDS,
            max_msg_size=PAGE_MESSAGE_BYTES,
            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS / 2),
            ssl=self._tls,
        )

    async def _converse(self, end: aiohttp.ClientWebSocketResponse) -> None:
        self._outflow = Outflow(end, self._plan.pacing_bit_rate)
        sending = asyncio.create_task(self._send(self._outflow), name="send stream")
        self._end.with_failure_of(sending, "Pictures can't be sent on this connection any more.")
        try:
            async for message in end:
                if message.type is aiohttp.WSMsgType.BINARY and not self._end.over:
                    self._read(message.data)
                if self._wrong > MOST_WRONG or sending.done():
                    return
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, outflow: Outflow) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            for outgoing in self._sender.take(time.monotonic()):
                moving = isinstance(outgoing, OutgoingPart) and not outgoing.picture.still
                try:
                    await outflow.drained()
                    await outflow.send(self._sender.message(outgoing, time.monotonic()), moving=moving)
                except ConnectionError:
                    return  # whoever reads from it tells its end
                self._sender.left(outgoing)
            wait = self._sender.wait(time.monotonic())
            timer = None if wait is None else loop.call_later(wait, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if timer is not None:
                    timer.cancel()

    def _read(self, data: bytes) -> None:
        try:
            message = decode(data)
        except ProtocolError as error:
            self._wrong += 1
            log.info("stream_message_refused", code=error.code)
            return
        self._wrong = 0
        match message:
            case Begin() if self._page is None:
                self._page = message
                self._end.stands()
                self._listener.on_connected()
                self._listener.on_control_open()
            case Arrivals():
                self._listener.on_feedback(self._sender.arrived(message, time.monotonic()))
                self._wake.set()
            case KeyframeWanted():
                self._on_keyframe_request(time.monotonic())
            case Passed(kind=Kind.MOVES):
                self._listener.on_moves(message.data)
            case Passed(kind=Kind.CONTROL):
                self._listener.on_control(message.data)

    def _on_keyframe_request(self, now: float) -> None:
        if now - self._asked_at >= KEYFRAME_REQUEST_SECONDS:
            self._asked_at = now
            self._listener.on_keyframe_request("decoder")

    def _ended(self, reason: str) -> None:
        self._sender.drop_still()
        self._listener.on_disconnected(reason)
