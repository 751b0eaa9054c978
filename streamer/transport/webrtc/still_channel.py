"""Sends stills as images on the `stills` data channel, part by part, at the rate of stills."""

from __future__ import annotations

import asyncio
import time

from aiortc import RTCDataChannel

from streamer.transport.base import TransportListener
from streamer.transport.still_parts import StillParts


class StillChannel:
    """Owns the timer that releases the parts of the one still under way."""

    def __init__(self, channel: RTCDataChannel, listener: TransportListener) -> None:
        self._channel = channel
        self._listener = listener
        self._parts = StillParts()
        self._told: tuple[int, int, int, int] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Whether a still can be sent."""
        return self._channel.readyState == "open"

    @property
    def unsent(self) -> int:
        """Bytes of the still that have not left."""
        return self._parts.unsent + (self._channel.bufferedAmount if self._told is not None else 0)

    def plan(self, bit_rate: float) -> None:
        """The rate of the stills, bit/s."""
        self._parts.bit_rate = bit_rate

    def send(self, data: bytes, pts: int, rtp: int) -> None:
        """Sends an image, in place of what has not left of the one before."""
        self.cancel()
        self._parts.start(data, rtp)
        self._told = (pts, rtp, 0, 0)
        self._release()

    def cancel(self) -> int:
        """Forgets what the channel has not taken; the bytes forgotten."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._told = None
        return self._parts.cancel()

    def _release(self) -> None:
        self._timer = None
        if self._told is None or not self.is_open:
            self.cancel()
            return
        pts, rtp, count, size = self._told
        for part in self._parts.take(time.monotonic(), self._channel.bufferedAmount):
            self._channel.send(part)
            count, size = count + 1, size + len(part)
        if self._parts.unsent or self._channel.bufferedAmount:
            self._told = (pts, rtp, count, size)
            self._timer = asyncio.get_running_loop().call_later(self._parts.wait(), self._release)
        else:
            self._told = None
            self._listener.on_still_sent(pts, rtp, count, size)
