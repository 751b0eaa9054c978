"""When a file that could not be read is tried again: after 1, 2, 4 … 60 s. Pure."""

from __future__ import annotations

from collections.abc import Iterable

FIRST_SECONDS = 1.0
MOST_SECONDS = 60.0
AT_ONCE = 256
"""So many files at most are tried again between two looks."""


class Retries:
    """The files that could not be read, each with its next time."""

    def __init__(self) -> None:
        self._due: dict[str, tuple[float, float]] = {}

    def failed(self, path: str, now: float) -> None:
        """It could not be read at `now` (seconds, monotonic)."""
        wait = min(MOST_SECONDS, self._due[path][1] * 2.0) if path in self._due else FIRST_SECONDS
        self._due[path] = (now + wait, wait)

    def read(self, path: str) -> None:
        """It has been read, or is no more."""
        self._due.pop(path, None)

    def keep(self, paths: Iterable[str]) -> None:
        """Forgets all others."""
        wanted = set(paths)
        self._due = {path: due for path, due in self._due.items() if path in wanted}

    def waits(self, path: str, now: float) -> bool:
        """Whether it failed, and it is not time yet."""
        return path in self._due and self._due[path][0] > now

    def due(self, now: float) -> list[str]:
        """Those whose time has come, the longest due first."""
        ready = sorted((at, path) for path, (at, _) in self._due.items() if at <= now)
        return [path for _, path in ready[:AT_ONCE]]

    def next_in(self, now: float) -> float | None:
        """Seconds until the next one; None where there is none."""
        return max(0.0, min(at for at, _ in self._due.values()) - now) if self._due else None
