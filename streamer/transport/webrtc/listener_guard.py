"""Keeps a fault above the transport from ending the connection below it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec

from streamer.transport.base import FeedbackBatch, TransportListener

P = ParamSpec("P")


class ListenerGuard:
    """A TransportListener that passes everything on; what the real one raises goes to the loop's exception handler.

    aiortc calls from inside its receiving loop, which would end with the first exception.
    """

    def __init__(self, listener: TransportListener) -> None:
        self._listener = listener

    def on_connected(self) -> None:
        _guarded(self._listener.on_connected)

    def on_disconnected(self, reason: str) -> None:
        _guarded(self._listener.on_disconnected, reason)

    def on_moves(self, data: bytes) -> None:
        _guarded(self._listener.on_moves, data)

    def on_control(self, data: str | bytes) -> None:
        _guarded(self._listener.on_control, data)

    def on_control_open(self) -> None:
        _guarded(self._listener.on_control_open)

    def on_keyframe_request(self, reason: str) -> None:
        _guarded(self._listener.on_keyframe_request, reason)

    def on_feedback(self, batch: FeedbackBatch) -> None:
        _guarded(self._listener.on_feedback, batch)

    def on_receiver_report(self, loss_fraction: float, rtt_s: float | None, jitter: float) -> None:
        _guarded(self._listener.on_receiver_report, loss_fraction, rtt_s, jitter)

    def on_remb(self, bit_rate: float) -> None:
        _guarded(self._listener.on_remb, bit_rate)

    def on_frame_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        _guarded(self._listener.on_frame_sent, pts, rtp, packets, size)

    def on_still_sent(self, pts: int, rtp: int, packets: int, size: int) -> None:
        _guarded(self._listener.on_still_sent, pts, rtp, packets, size)


def _guarded(call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        call(*args, **kwargs)
    except Exception as error:
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"The seat failed in {getattr(call, '__name__', 'a call')}", "exception": error}
        )
