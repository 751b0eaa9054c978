"""How fast an exact still may leave: it fills the link and is the probe that shows how much that carries. Pure."""

from __future__ import annotations

from streamer.transport.path import Path

LEAST = 150_000.0
UNKNOWN = 700_000.0
"""Before anything is known of the link."""
MOST = 100_000_000.0
KNOWN_SHARE = 0.9
MOST_SHARE = 0.98
"""What is known may have become too little: a still that passes without a queue tries a bit more."""
_UP = 2.0
_UP_FAR = 1.4
_UP_NEAR = 1.05
_NEAR = 0.8
_FAR_SECONDS = 0.15
_LONG_QUEUE = 0.05
_SHORT_QUEUE = 0.025
_BACK_OFF = 0.85
_SHOWN_SHARE = 0.85


class StillRate:
    """Bit/s; learnt from still to still, and while one leaves."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._leaves_until = -1e9
        self._held_until = -1e9

    def leaving(self, now: float) -> bool:
        """Whether packets of a still are on their way, or in the page's reports."""
        return now < self._leaves_until

    def bit_rate(self, target: float, known: float | None, *, measured: bool) -> float:
        """What a still may take: nearly all the link is known to carry; else what went through, or the pictures' rate `target`.

        `measured`: anything has been seen of the link.
        """
        rate = max(self._rate, target if measured else min(target, UNKNOWN))
        if known is not None:
            rate = min(max(self._rate, KNOWN_SHARE * known), MOST_SHARE * known)
        return min(max(rate, LEAST), MOST)

    def start(self, now: float, size: int, rate: float, report_seconds: float) -> None:
        """A still of `size` bytes is given to the transport, to leave at `rate`."""
        self._rate = rate
        self._leaves_until = now + size * 8 / rate + report_seconds

    def stop(self, now: float, report_seconds: float) -> None:
        """What had not left of it never will."""
        self._leaves_until = min(self._leaves_until, now + report_seconds)

    def report(self, now: float, path: Path) -> None:
        """The page has spoken of packets while a still leaves."""
        if not self.leaving(now) or now < self._held_until:
            return
        capacity = path.capacity
        known, shown = capacity.known, capacity.latest
        if path.queue > _LONG_QUEUE:
            self._rate = max(_BACK_OFF * min(capacity.carried, self._rate), LEAST)
        elif shown is None or shown < _SHOWN_SHARE * self._rate:
            return
        elif known is not None and self._rate >= _NEAR * known:
            if path.queue > path.short_queue:
                return
            self._rate *= _UP_NEAR
        elif path.queue < _SHORT_QUEUE:
            self._rate *= _UP if path.report_seconds < _FAR_SECONDS else _UP_FAR
        else:
            return
        self._held_until = now + path.report_seconds
