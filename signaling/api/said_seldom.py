"""What would fill a log when somebody repeats it, or ever other things like it: said seldom, with how often it was kept back."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_EVERY_SECONDS = 60.0
_MOST = 256
_LINES = 20
"""A minute, about whatever subjects: who sends ever new ones fills the log as well."""


class SaidSeldom:
    """Log lines by subject. Of more subjects than it keeps, those said longest ago are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives monotonic seconds."""
        self._clock = clock
        self._said: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lines: deque[float] = deque(maxlen=_LINES)
        self._beyond = 0

    def again(self, subject: str) -> int | None:
        """How often it was kept back since it was last said, where it may be said now; None where it may not."""
        now = self._clock()
        at, kept = self._said.get(subject, (None, 0))
        if at is not None and now - at < _EVERY_SECONDS:
            self._said[subject] = (at, kept + 1)
            return None
        if len(self._lines) == _LINES and now - self._lines[0] < _EVERY_SECONDS:
            self._beyond += 1
            return None
        self._lines.append(now)
        kept, self._beyond = kept + self._beyond, 0
        self._said.pop(subject, None)
        self._said[subject] = (now, 0)
        if len(self._said) > _MOST:
            self._said.popitem(last=False)
        return kept
