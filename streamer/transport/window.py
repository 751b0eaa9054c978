"""The smallest and the largest value of the last seconds."""

from __future__ import annotations

from collections import deque


class WindowMinimum:
    """Minimum over a sliding window of `seconds`; the last value stays until a newer one comes (silence forgets nothing)."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._values: deque[tuple[float, float]] = deque()

    @property
    def value(self) -> float | None:
        """The minimum, None before the first value."""
        return self._values[0][1] if self._values else None

    def add(self, now: float, value: float) -> None:
        """Takes a value of time `now`."""
        while self._values and self._values[-1][1] >= value:
            self._values.pop()
        self._values.append((now, value))
        while self._values[0][0] < now - self._seconds:
            self._values.popleft()

    def clear(self) -> None:
        """Forgets everything."""
        self._values.clear()


class WindowMaximum:
    """The same for the largest."""

    def __init__(self, seconds: float) -> None:
        self._negated = WindowMinimum(seconds)

    @property
    def value(self) -> float | None:
        """The maximum, None before the first value."""
        least = self._negated.value
        return None if least is None else -least

    def add(self, now: float, value: float) -> None:
        """Takes a value of time `now`."""
        self._negated.add(now, -value)

    def clear(self) -> None:
        """Forgets everything."""
        self._negated.clear()
