"""A view whose worker dies again and again is not given to another one: it would take every reader's with it."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable

from streamer.viewer.state import ViewState

MAX_DEATHS = 4
WITHIN_SECONDS = 60.0
Work = tuple[object, ...]
_KILLED = (
    "This view needs more memory than the render host has: its renderer was ended {times} times. "
    "Choose a layout with fewer or flat views, or open the study again."
)
_CRASHED = "The renderer ended {times} times while it drew this view. Choose another layout or series, or open the study again."


def work_of(state: ViewState) -> Work:
    """What makes a view heavy: kinds and stacks of its viewports, and how they are laid out. Not where the reader is in them."""
    shown = tuple((viewport.kind, viewport.stack) for viewport in state.viewports)
    return (state.layout, state.maximized, *shown)


class WorkerDeaths:
    """Of one session's workers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._deaths: deque[tuple[float, Work, int]] = deque(maxlen=MAX_DEATHS)
        self._given_up: Work | None = None
        self._words = ""

    def died(self, work: Work, return_code: int | None) -> None:
        """A worker that had this to draw is gone."""
        self._deaths.append((self._clock(), work, return_code or 0))
        since = self._clock() - WITHIN_SECONDS
        same = [code for at, done, code in self._deaths if done == work and at >= since]
        if len(same) >= MAX_DEATHS:
            text = _KILLED if same.count(-signal.SIGKILL) * 2 > len(same) else _CRASHED
            self._given_up, self._words = work, text.format(times=len(same))

    def words(self, work: Work) -> str:
        """Why this is not drawn any more; empty where it may be."""
        return self._words if work == self._given_up else ""

    def forget(self) -> None:
        """The reader asks for it by hand."""
        self._deaths.clear()
        self._given_up = None
