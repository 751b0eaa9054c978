"""A seat's link: what is measured of it, and what it allows. The controller is pure; this gives it the time."""

from __future__ import annotations

import time

from streamer.session.outlet import PictureBudget
from streamer.transport.base import FeedbackBatch, SendPlan
from streamer.transport.congestion import CongestionController
from streamer.transport.link_state import LinkState


class Link:
    """One seat's congestion controller and its clock."""

    def __init__(self) -> None:
        self._controller = CongestionController(time.monotonic())
        self._pixels = 1280 * 800

    @property
    def round_trip(self) -> float:
        """Seconds; 0 while unknown."""
        return self._controller.round_trip

    @property
    def bit_rate(self) -> float:
        """What may be sent, bit/s."""
        return self._controller.target_bit_rate

    @property
    def loss(self) -> float:
        """The part of the packets lost lately, 0..1."""
        return self._controller.loss

    @property
    def state(self) -> LinkState:
        """All that is known of it, for those who show it."""
        return self._controller.state

    def picture_size(self, width: int, height: int) -> None:
        """The size of the pictures, which decides how coarse they must be at a given rate."""
        self._pixels = width * height

    def feedback(self, batch: FeedbackBatch) -> None:
        """What became of packets."""
        self._controller.on_feedback(batch)

    def report(self, loss: float, round_trip: float | None, _jitter: float) -> None:
        """An RTCP receiver report."""
        self._controller.on_receiver_report(time.monotonic(), loss, round_trip)

    def ping(self, seconds: float) -> None:
        """A beat came back."""
        self._controller.on_round_trip(time.monotonic(), seconds)

    def remb(self, bit_rate: float) -> None:
        """The page's own estimate of what it can get."""
        self._controller.on_remb(bit_rate)

    def sent(self, size: int, asked_bits: int | None = None) -> None:
        """A picture was given to the transport; `asked_bits` as in Outlet.send_unit."""
        self._controller.on_sent(time.monotonic(), size, asked_bits)

    def words_sent(self, size: int) -> None:
        """A packet of the frames channel left."""
        self._controller.on_words_sent(time.monotonic(), size)

    def still_sent(self, size: int) -> None:
        """A still was given to the transport."""
        self._controller.on_still_sent(time.monotonic(), size)

    def still_cancelled(self) -> None:
        """What had not left of it never will."""
        self._controller.on_still_cancelled(time.monotonic())

    def still_seconds(self, size: int) -> float:
        """About how long `size` bytes of a still take to leave now."""
        return size * 8 / self._controller.still_bit_rate

    def plan(self) -> SendPlan:
        """How the transport is to send."""
        return self._controller.plan()

    def has_room(self, unsent_bytes: int, in_flight_bytes: int) -> bool:
        """Whether another picture may be drawn now."""
        return self._controller.may_send(time.monotonic(), in_flight_bytes, unsent_bytes)

    def budget(self) -> PictureBudget:
        """What the next picture may cost."""
        budget = self._controller.budget(time.monotonic(), self._pixels)
        return PictureBudget(bits=budget.bits, scale=budget.scale, interval=budget.interval)
