"""A seat: one page's connection to this host. Sessions follow each other on it; it is their outlet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from signaling.protocol import control, errors, limits, moves
from signaling.protocol.errors import ProtocolError
from signaling.protocol.tickets import TicketClaims
from streamer.errors import TransportError
from streamer.host.beats import Beats
from streamer.host.control_outbox import ControlOutbox
from streamer.host.event_backstop import pointer_event
from streamer.host.link import Link
from streamer.host.page_figures import PageFigures
from streamer.host.picture_area import picture_size, pixel_ratio
from streamer.host.rate_limit import RateLimit
from streamer.host.seat_host import SeatHost
from streamer.host.still_way import StillWay
from streamer.session.hand import HandReader, Input
from streamer.session.outlet import PictureBudget
from streamer.session.session import Session
from streamer.transport.base import AccessUnit, FeedbackBatch, Transport
from streamer.transport.media_clock import MediaClock

log = structlog.get_logger()
PAGE_SILENT_SECONDS = 5.0
GESTURE_SILENT_SECONDS = 2.0
CONNECT_SECONDS = 20.0


class Seat:
    """Implements TransportListener towards the transport and Outlet towards its session."""

    def __init__(
        self, seat: str, claims: TicketClaims, host: SeatHost, make_transport: Callable[[Seat], Transport]
    ) -> None:
        self.seat = seat
        self.claims = claims
        self.session: Session | None = None
        self.hand = HandReader()
        self._host = host
        self._clock = MediaClock()
        self._link = Link()
        self._transport = make_transport(self)
        self._outbox = ControlOutbox(self._transport.send_control)
        self._stills = StillWay()
        self.figures: PageFigures | None = None
        self._epoch = self._opened_epoch = 0
        self._beats = Beats()
        self._heard_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None
        self._controls = RateLimit(limits.CONTROL_MESSAGES_PER_SECOND)
        self._moves = RateLimit(limits.MOVES_PACKETS_PER_SECOND)
        self.hidden = self._closed = self._connected = self._talks = False

    # ---- life

    async def offer(self) -> str:
        """The SDP offer for the page; the seat must be answered within 20 s."""
        self._task = asyncio.create_task(self._tick())
        return await self._transport.offer()

    def begin(self, first: tuple[control.FromPage, ...]) -> int:
        """Takes what the page says before it is connected; what it is answered waits for the connection. How many were taken."""
        for message in () if self._closed else first:
            self._do(message)
        return len(first)

    async def accept(self, sdp: str) -> None:
        """The page's answer.

        Raises:
            TransportError: it does not fit, or comes from another page than the ticket was for.
        """
        await self._transport.accept(sdp)

    async def add_candidate(self, candidate: str, sdp_mid: str, sdp_m_line_index: int) -> None:
        """A trickled candidate of the page."""
        await self._transport.add_candidate(candidate, sdp_mid, sdp_m_line_index)

    async def close(self) -> None:
        """Ends the connection; the session, if any, must have been taken off before."""
        if self._closed:
            return
        self._closed = True
        if self._task is not None:
            self._task.cancel()
        await self._transport.close()

    @property
    def silent_seconds(self) -> float:
        """How long nothing was heard of the page."""
        return time.monotonic() - self._heard_at

    def _hear(self) -> None:
        """A sign of the page; one that was silent is told soon that it is heard."""
        silent, self._heard_at = self.silent_seconds, time.monotonic()
        if self._connected and not self._closed and self._beats.is_asked(self._heard_at, silent):
            self._send_beat()

    async def _tick(self) -> None:
        started = time.monotonic()
        while True:
            await asyncio.sleep(limits.BEAT_SECONDS)
            if self._connected:
                try:
                    self._on_beat()
                except Exception:  # a seat without beats is one that looks dead for good
                    log.exception("beat_failed", seat=self.seat)
            elif time.monotonic() - started > CONNECT_SECONDS:
                self.on_disconnected("The page and this host could not reach each other.")
                return

    def _send_beat(self) -> None:
        self.send_frames(self._beats.next(self._epoch, self.hand, self._link, self.session))

    def _on_beat(self) -> None:
        self._outbox.flush()
        if not self._beats.is_due(time.monotonic(), self.hand, self.session):
            return
        self._send_beat()
        if (session := self.session) is None:
            return
        if self.silent_seconds > GESTURE_SILENT_SECONDS and session.interaction.in_gesture:
            session.interaction.interrupt("The connection was lost during a gesture; it was undone.")
        session.pictures.hold(self.hidden or self.silent_seconds > PAGE_SILENT_SECONDS)

    # ---- TransportListener

    def on_connected(self) -> None:
        """Frames can be sent."""
        self._connected = True
        self._heard_at = time.monotonic()

    def on_disconnected(self, reason: str) -> None:
        """The connection is over."""
        if not self._closed:
            self._host.seat_gone(self, reason)

    def on_control_open(self) -> None:
        """The page can be told who serves it, and then all that waits; pictures can be described."""
        self._outbox.lead(self._host.hello())
        self._talks = True
        if self.session is not None:
            self.session.pictures.pump()

    def on_moves(self, data: bytes) -> None:
        """The reader's hand, or the page's beat."""
        self._hear()
        if self._closed or not self._moves.allows():
            return
        try:
            packet = moves.decode(data)
        except ProtocolError as error:
            self._refuse(error.code, error.message)
            return
        if isinstance(packet, moves.PageBeat):
            if self.session is not None and packet.rtp:
                self.session.page_shows(packet.epoch)
            if (round_trip := self._beats.heard(packet, self._heard_at)) is not None:
                self._link.ping(round_trip)
                self._transport.plan(self._link.plan())
            return
        current = (packet.epoch - self._opened_epoch) & 0xFFFF < 0x8000
        for item in self.hand.read(packet):
            self._take(item, current)

    def _take(self, item: Input, current: bool) -> None:
        # What was done on an earlier study is acknowledged, so that it is not repeated, and applied to nothing.
        if current and self.session is not None:
            self.session.interaction.take(item)

    def on_control(self, data: str | bytes) -> None:
        """A message of the control channel."""
        self._hear()
        if self._closed:
            return
        try:
            message = control.FROM_PAGE.decode(data)
        except ProtocolError as error:
            self._refuse(error.code, error.message)
            return
        command = message.id if isinstance(message, control.Command) else 0
        if self._controls.allows():
            self._do(message)
        else:
            self._refuse(errors.TOO_MANY, "Too many messages; the rest of this second is not read.", command)
            if command and self.session is not None:
                self.session.pictures.touched()  # the page has let go of what it claimed when it sent it
        if command:
            # Applied or not: a still that is drawn from now on covers it, and clicks made after it wait no longer.
            self.hand.command = max(self.hand.command, command)
            for item in self.hand.commanded(command):
                self._take(item, True)

    def _do(self, message_in: control.FromPage) -> None:
        match message_in:
            case control.OpenStudy():
                self._host.open_study(self, message_in)
            case control.CloseStudy():
                self._host.leave_session(self)
            case control.Resize() if self.session is not None:
                width, height = picture_size(message_in.width, message_in.height)
                self._link.picture_size(width, height)
                self.session.resize(width, height, pixel_ratio(message_in.device_pixel_ratio))
            case control.Command() if self.session is not None:
                self.session.interaction.command(message_in)
            case control.EventBackstop() if self.session is not None:
                self._event(message_in)
            case control.Visibility():
                self.hidden = not message_in.visible
                if self.session is not None:
                    self.session.pictures.hold(self.hidden)
            case control.PageAbilities():
                self._stills.learn(message_in)
                if self.session is not None:
                    self.session.pictures.pump()
            case control.PageMeasures():
                self.figures = PageFigures(message_in, time.monotonic())
            case control.StillChecked() if self.session is not None:
                self._still_checked(self.session, message_in)
            case control.ChangesNoted() if self.session is not None:
                self.session.reports.changes_noted(message_in.session)
            case control.RecordRequest() if self.session is not None:
                self.session.reports.record(message_in.sha256)
            case control.RecordRequest():
                self._refuse(errors.UNKNOWN_STUDY, "No study is open to make a record of its picture.")
            # Anything else is for a study that was just left.

    def _still_checked(self, session: Session, message: control.StillChecked) -> None:
        try:
            session.pictures.still_checked(message)
        except ValueError:
            self._refuse(errors.MALFORMED, "A still was answered with a verdict that is not known.")

    def _event(self, message: control.EventBackstop) -> None:
        try:
            event = pointer_event(message)
        except ProtocolError as error:
            self._refuse(error.code, error.message)
            return
        for item in self.hand.event(event):
            self._take(item, True)

    def _refuse(self, code: str, text: str, command: int = 0) -> None:
        self.say(control.Rejected(id=command, code=code, message=text))

    def on_keyframe_request(self, reason: str) -> None:
        """The decoder lacks a key frame."""
        if self.session is not None:
            self.session.pictures.key_requested()

    def on_feedback(self, batch: FeedbackBatch) -> None:
        """What became of packets."""
        self._hear()
        self._link.feedback(batch)
        self._transport.plan(self._link.plan())
        if self.session is not None:
            self.session.pictures.pump()

    def on_receiver_report(self, loss_fraction: float, rtt_s: float | None, jitter: float) -> None:
        """An RTCP receiver report."""
        self._hear()
        self._link.report(loss_fraction, rtt_s, jitter)

    def on_remb(self, bit_rate: float) -> None:
        """The page's own estimate."""
        self._link.remb(bit_rate)

    def on_frame_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        """A frame has left."""
        if self.session is not None:
            self.session.pictures.pump()

    def on_still_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        """A still has left."""
        if self.session is not None:
            self.session.pictures.still_left(pts)

    # ---- Outlet

    @property
    def user_text(self) -> str:
        """How this device is named to another."""
        return "another window or device"

    @property
    def round_trip(self) -> float:
        """Seconds, 0 while unknown."""
        return self._link.round_trip

    @property
    def shown(self) -> tuple[int, int]:
        """Revision and RTP timestamp of the picture that the page said it shows."""
        return self._beats.shown

    @property
    def profile(self) -> str:
        """The H.264 profile-level-id that the page agreed to."""
        return self._transport.negotiated_profile

    def say(self, message: control.ToPage) -> None:
        """Sends a control message."""
        if not self._closed and not self._outbox.say(message):
            log.warning("page_does_not_read", seat=self.seat, kind=type(message).__name__)
            self.on_disconnected("The page does not read what it is told.")

    def send_frames(self, packet: bytes) -> None:
        """Sends a frames packet."""
        if self._transport.send_frames_channel(packet):
            self._link.words_sent(len(packet))

    def send_unit(self, data: bytes, pts: int, *, key: bool, asked_bits: int | None = None) -> None:
        """Sends an access unit."""
        if self._closed or not self._connected:
            return
        try:
            self._link.sent(len(data), asked_bits)
            self._transport.send_frame(AccessUnit(data=data, pts=pts, key=key))
        except TransportError as error:
            log.info("frame_not_sent", problem=error.message)

    @property
    def still_method(self) -> str:
        """How this page takes a still."""
        return self._stills.method(self._transport.still_profile)

    @property
    def image_method(self) -> str:
        """How it takes one that is too large for its track."""
        return self._stills.image_method

    @property
    def stills_held(self) -> int:
        """How many it keeps."""
        return self._stills.held

    def new_still(self) -> int:
        """The next still's number."""
        return self._stills.next_number()

    def send_still(self, data: bytes, pts: int, method: str) -> bool:
        """Sends a still; False when it can't go this way."""
        if self._closed or not self._connected:
            return False
        try:
            self._transport.send_still(data, pts, method)
            self._link.still_sent(len(data))
            return True
        except TransportError as error:
            log.info("still_not_sent", problem=error.message)
            return False

    def cancel_still(self) -> None:
        """Forgets what has not left of it."""
        if not self._closed:
            self._transport.cancel_still()
            self._link.still_cancelled()

    def still_seconds(self, size: int) -> float:
        """About how long a still takes to leave."""
        return self._link.still_seconds(size)

    def rtp_timestamp(self, pts: int) -> int:
        """The RTP timestamp of media time `pts`."""
        return self._transport.rtp_timestamp(pts) or 0

    def media_time(self) -> int:
        """The seat's clock."""
        return self._clock.now()

    def new_epoch(self) -> int:
        """The next epoch; it counts on across studies."""
        self._epoch = (self._epoch + 1) & 0xFFFF
        return self._epoch

    def opened_at(self, epoch: int, size: tuple[int, int]) -> None:
        """A study was opened: what the hand did before belongs to something else."""
        self._opened_epoch = epoch
        self._link.picture_size(*size)

    def has_room(self) -> bool:
        """Whether the link takes another picture now."""
        return self._talks and self._link.has_room(
            self._transport.unsent_bytes(), self._transport.in_flight_bytes()
        )

    def budget(self) -> PictureBudget:
        """What the next picture may cost."""
        return self._link.budget()

    @property
    def link(self) -> Link:
        """What is known of the connection, for the load report."""
        return self._link
