"""The last picture of a movement once more: nothing follows soon that would show what is missing of it. Pure."""

from __future__ import annotations

ECHO_AFTER_SECONDS = 0.1
"""Pictures of a movement follow each other faster, and an exact still begins later."""
MOST_PACKETS = 8


class TailEcho:
    """Keeps the packets of the newest picture, as they left; a page that has them drops them in silence."""

    def __init__(self) -> None:
        self._packets: list[bytes] = []
        self._timestamp: int | None = None
        self._ended_at: float | None = None

    def left(self, data: bytes, timestamp: int, *, ends: bool, now: float) -> None:
        """A packet of the picture with this RTP timestamp left; `ends`: its last one."""
        if timestamp != self._timestamp:
            self._packets, self._timestamp = [], timestamp
        self._packets.append(data)
        self._ended_at = now if ends and len(self._packets) <= MOST_PACKETS else None

    def wait(self, now: float) -> float | None:
        """Seconds until the echo is due; None when there is none to come."""
        return None if self._ended_at is None else max(self._ended_at + ECHO_AFTER_SECONDS - now, 0.0)

    def take(self, now: float) -> list[bytes]:
        """The packets to send again now, once."""
        if self.wait(now) != 0.0:
            return []
        packets, self._packets, self._ended_at = self._packets, [], None
        return packets
