"""Spreads the packets of large frames over time, so that a frame does not fill the queue of a thin link. Pure."""

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


class Sized(Protocol):
    """Anything with a size in bytes."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Pacer(Generic[T]):
    """A queue that gives packets out at `bit_rate` in slots of 5 ms, after a burst when it was idle; their order never changes.

    Retransmissions go first and are not held back. A frame of up to four packets leaves whole, once all before it have left.
    """

    def __init__(self, bit_rate: float) -> None:
        self.bit_rate = bit_rate
        self._urgent: deque[T] = deque()
        self._frames: deque[_Frame[T]] = deque()
        self._backlog = 0
        self._credit = 0.0
        self._taken_at = -1e9
        self._idle = True

    @property
    def backlog(self) -> int:
        """Bytes of frames that wait."""
        return self._backlog

    def push_frame(self, packets: Sequence[T]) -> None:
        """Adds a frame's packets."""
        self._frames.append(_Frame(packets))
        self._backlog += sum(packet.size for packet in packets)

    def push_urgent(self, packet: T) -> None:
        """Adds a packet that goes before every frame."""
        self._urgent.append(packet)

    def take(self, now: float) -> list[T]:
        """The packets that leave now."""
        burst = max(min(self._bytes(BURST_SECONDS), BURST_BYTES), self._bytes(SLOT_SECONDS))
        most = burst if self._idle else self._bytes(CATCH_UP_SECONDS)
        self._credit = min(self._credit + self._bytes(now - self._taken_at), most)
        self._taken_at = now
        out = list(self._urgent)
        self._urgent.clear()
        self._credit -= sum(packet.size for packet in out)
        while self._frames and (self._frames[0].whole or self._credit > 0):
            frame = self._frames[0]
            for _ in range(len(frame.packets) if frame.whole else 1):
                packet = frame.packets.popleft()
                self._credit -= packet.size
                self._backlog -= packet.size
                out.append(packet)
            if not frame.packets:
                self._frames.popleft()
        self._credit = max(self._credit, -self._bytes(CATCH_UP_SECONDS))
        self._idle = not self._frames
        return out

    def wait(self, now: float) -> float | None:
        """Seconds until take() has something; None when nothing waits."""
        if self._urgent or (self._frames and self._frames[0].whole):
            return 0.0
        if not self._frames:
            return None
        until_credit = -self._credit * 8 / self.bit_rate
        return max(max(SLOT_SECONDS, until_credit) - (now - self._taken_at), 0.0)

    def _bytes(self, seconds: float) -> float:
        return self.bit_rate / 8 * seconds


class _Frame(Generic[T]):
    """A frame's packets that have not left; `whole` = small enough to leave at once."""

    __slots__ = ("packets", "whole")

    def __init__(self, packets: Sequence[T]) -> None:
        self.packets = deque(packets)
        self.whole = len(packets) <= AT_ONCE_PACKETS
