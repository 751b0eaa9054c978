"""A transport that ends in this program: a page gets what a seat sends in the next turn of the loop, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from streamer.transport.base import AccessUnit, SendPlan, TransportListener


class Receiver(Protocol):
    """Who gets what is sent."""

    def told(self, text: str) -> None:
        """A message of the `control` channel."""

    def described(self, data: bytes) -> None:
        """A packet of the `frames` channel."""

    def pictured(self, pts: int, size: int) -> None:
        """A moving picture."""

    def stilled(self, rtp: int, data: bytes) -> None:
        """The bytes of an exact still."""


class Wire:
    """Implements Transport for a seat, which is `listener`."""

    negotiated_profile = "42e01f"
    still_profile = ""

    def __init__(self, listener: TransportListener, receiver: Receiver) -> None:
        self._listener = listener
        self._receiver = receiver
        self.is_closed = False

    async def offer(self) -> str:
        """Connected as soon as it is offered."""
        self._later(self._listener.on_connected)
        self._later(self._listener.on_control_open)
        return "v=0"

    async def accept(self, answer_sdp: str) -> None:
        """There is nothing to agree on."""

    async def add_candidate(self, candidate: str, sdp_mid: str, sdp_m_line_index: int) -> None:
        """There is nothing to find."""

    def send_frame(self, unit: AccessUnit) -> None:
        """It has left at once."""
        self._later(self._receiver.pictured, unit.pts, len(unit.data))
        self._later(self._listener.on_frame_sent, unit.pts, self.rtp_timestamp(unit.pts), 1, len(unit.data))

    def send_still(self, data: bytes, pts: int, method: str) -> None:
        """It has left at once."""
        rtp = self.rtp_timestamp(pts)
        self._later(self._receiver.stilled, rtp, data)
        self._later(self._listener.on_still_sent, pts, rtp, 1, len(data))

    def cancel_still(self) -> int:
        """Nothing waits."""
        return 0

    def rtp_timestamp(self, pts: int) -> int:
        """The same clock."""
        return pts & 0xFFFFFFFF

    def send_control(self, text: str) -> bool:
        """It arrives."""
        self._later(self._receiver.told, text)
        return True

    def send_frames_channel(self, data: bytes) -> bool:
        """It arrives."""
        self._later(self._receiver.described, data)
        return True

    def plan(self, plan: SendPlan) -> None:
        """There is no link to spare."""

    def unsent_bytes(self) -> int:
        """Nothing waits."""
        return 0

    def unsent_still_bytes(self) -> int:
        """Nothing waits."""
        return 0

    def in_flight_bytes(self) -> int:
        """Nothing is under way."""
        return 0

    async def close(self) -> None:
        """Nothing is sent any more."""
        self.is_closed = True

    def _later(self, call: Callable[..., None], *arguments: object) -> None:
        """In the next turn, as over any network: an answer never comes while its question is still being sent."""
        asyncio.get_running_loop().call_soon(self._call, call, arguments)

    def _call(self, call: Callable[..., None], arguments: tuple[object, ...]) -> None:
        if not self.is_closed:
            call(*arguments)
