"""Which frame is read next: outward from where the reader is."""

from __future__ import annotations

import threading


class FrameOrder:
    """The frames still to be read; for several threads."""

    def __init__(self, frames: int, first: int) -> None:
        self._lock = threading.Lock()
        self._waiting = [True] * frames
        self._left = sum(self._waiting)
        self._center = self._up = self._down = 0
        self.steer(first)

    def steer(self, near: int) -> None:
        """From now on, outward from this frame."""
        with self._lock:
            self._center = max(0, min(near, len(self._waiting) - 1))
            self._up, self._down = self._center, self._center - 1

    def take(self) -> int | None:
        """The next frame, which is then no longer waiting; None when there is none."""
        with self._lock:
            if not self._left:
                return None
            while self._up < len(self._waiting) and not self._waiting[self._up]:
                self._up += 1
            while self._down >= 0 and not self._waiting[self._down]:
                self._down -= 1
            above = self._up - self._center if self._up < len(self._waiting) else None
            below = self._center - self._down if self._down >= 0 else None
            frame = self._up if below is None or (above is not None and above <= below) else self._down
            self._waiting[frame] = False
            self._left -= 1
            return frame
