"""What would fill a log when somebody repeats it: said at most once a minute, with how often it was kept back."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_EVERY_SECONDS = 60.0
_MOST = 256


class SaidSeldom:
    """Log lines by subject. Of more subjects than it keeps, those said longest ago are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives monotonic seconds."""
        self._clock = clock
        self._said: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def again(self, subject: str) -> int | None:
        """How often it was kept back since it was last said, where it may be said now; None where it may not."""
        now = self._clock()
        at, kept = self._said.get(subject, (None, 0))
        if at is not None and now - at < _EVERY_SECONDS:
            self._said[subject] = (at, kept + 1)
            return None
        self._said.pop(subject, None)
        self._said[subject] = (now, 0)
        if len(self._said) > _MOST:
            self._said.popitem(last=False)
        return kept
