"""Spreads the packets of large pictures over time, so that they do not fill the queue of a thin link. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

SLOT_SECONDS = 0.005
BURST_SECONDS = 0.05
BURST_BYTES = 24_000
"""After a rest this much leaves at once: it would wait in the link's queue no longer than here (cf. RFC 6928)."""
CATCH_UP_SECONDS = 0.02
AT_ONCE_PACKETS = 4
STILL_BURST_BYTES = 11_000
"""A still begins with no more: ten packets, where its rate carries them in 20 ms."""
STILL_DEBT_SECONDS = 0.1
"""What else leaves delays a still, but by no more than this."""


class Sized(Protocol):
    """Anything with a size in bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Pacer(Generic[T]):
    """Three lanes: what is urgent at once, then moving pictures at `bit_rate`, then one still at `still_bit_rate`.

    Frames leave in slots of 5 ms, after a burst when none waited; their order never changes. A frame of up to four packets
    leaves whole, once all before it have left. A still gets no burst that a thin link would feel, and what the other lanes
    send counts against its rate, so that all together are no faster than that.
    """

    def __init__(self, bit_rate: float) -> None:
        self.bit_rate = bit_rate
        self.still_bit_rate = bit_rate
        self._urgent: deque[T] = deque()
        self._frames: deque[_Frame[T]] = deque()
        self._still: deque[T] = deque()
        self._still_repeats: deque[T] = deque()
        self._backlog = 0
        self._still_backlog = 0
        self._credit = 0.0
        self._still_credit = 0.0
        self._taken_at = -1e9
        self._idle = True
        self._still_idle = True

    @property
    def backlog(self) -> int:
        """Bytes of frames that wait."""
        return self._backlog

    @property
    def still_backlog(self) -> int:
        """Bytes of the still that wait."""
        return self._still_backlog

    def push_frame(self, packets: Sequence[T]) -> None:
        """Adds a frame's packets."""
        self._frames.append(_Frame(packets))
        self._backlog += sum(packet.size for packet in packets)

    def push_still(self, packets: Sequence[T]) -> None:
        """Adds a still's packets, in place of what has not left of the one before."""
        self.drop_still()
        self._still.extend(packets)
        self._still_backlog = sum(packet.size for packet in packets)

    def push_still_repeat(self, packet: T) -> None:
        """Adds a packet of the still that goes before the rest of it, at its rate."""
        self._still_repeats.append(packet)
        self._still_backlog += packet.size

    def drop_still(self) -> int:
        """Forgets what has not left of the still; the bytes forgotten."""
        dropped = self._still_backlog
        self._still.clear()
        self._still_repeats.clear()
        self._still_backlog = 0
        return dropped

    def push_urgent(self, packet: T) -> None:
        """Adds a packet that goes before every picture."""
        self._urgent.append(packet)

    def take(self, now: float) -> list[T]:
        """The packets that leave now."""
        self._earn(now)
        out = list(self._urgent)
        self._urgent.clear()
        self._credit -= sum(packet.size for packet in out)
        self._take_frames(out)
        self._still_credit -= sum(packet.size for packet in out)
        while self._still_backlog and not self._frames and self._still_credit > 0:
            packet = (self._still_repeats or self._still).popleft()
            self._still_credit -= packet.size
            self._still_backlog -= packet.size
            out.append(packet)
        self._credit = max(self._credit, -self._bytes(CATCH_UP_SECONDS))
        self._still_credit = max(self._still_credit, -self._still_bytes(STILL_DEBT_SECONDS))
        self._idle = not self._frames
        self._still_idle = not self._still_backlog
        return out

    def wait(self, now: float) -> float | None:
        """Seconds until take() has something; None when nothing waits."""
        if self._urgent or (self._frames and self._frames[0].whole):
            return 0.0
        if self._frames:
            until_credit = -self._credit * 8 / self.bit_rate
        elif self._still_backlog:
            until_credit = -self._still_credit * 8 / self.still_bit_rate
        else:
            return None
        return max(max(SLOT_SECONDS, until_credit) - (now - self._taken_at), 0.0)

    def _earn(self, now: float) -> None:
        elapsed, self._taken_at = now - self._taken_at, now
        burst = max(min(self._bytes(BURST_SECONDS), BURST_BYTES), self._bytes(SLOT_SECONDS))
        most = burst if self._idle else self._bytes(CATCH_UP_SECONDS)
        self._credit = min(self._credit + self._bytes(elapsed), most)
        most = self._still_bytes(CATCH_UP_SECONDS)
        if self._still_idle:
            most = min(most, STILL_BURST_BYTES)
        self._still_credit = min(self._still_credit + self._still_bytes(elapsed), most)

    def _take_frames(self, out: list[T]) -> None:
        while self._frames and (self._frames[0].whole or self._credit > 0):
            frame = self._frames[0]
            for _ in range(len(frame.packets) if frame.whole else 1):
                packet = frame.packets.popleft()
                self._credit -= packet.size
                self._backlog -= packet.size
                out.append(packet)
            if not frame.packets:
                self._frames.popleft()

    def _bytes(self, seconds: float) -> float:
        return self.bit_rate / 8 * seconds

    def _still_bytes(self, seconds: float) -> float:
        return self.still_bit_rate / 8 * seconds


class _Frame(Generic[T]):
    """A frame's packets that have not left; `whole` = small enough to leave at once."""

    __slots__ = ("packets", "whole")

    def __init__(self, packets: Sequence[T]) -> None:
        self.packets = deque(packets)
        self.whole = len(packets) <= AT_ONCE_PACKETS
