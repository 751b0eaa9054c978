"""A view whose worker dies again and again is not given to another one: it would take every reader's with it."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable

from streamer.viewer.state import ViewState

MAX_DEATHS = 4
WITHIN_SECONDS = 600.0
"""A view that takes minutes to end its worker ends it again and again, too."""
_MOST_GIVEN_UP = 16
_REMEMBERED = 64
_OF_MEMORY = (-signal.SIGKILL, -signal.SIGABRT)
"""The kernel ends what takes too much of the machine; a library that gets no more within the worker's limit aborts."""
Work = tuple[object, ...]
_KILLED = (
    "This view needs more memory than the render host has for it: its renderer was ended {times} times. "
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
        self._deaths: deque[tuple[float, Work, int]] = deque(maxlen=_REMEMBERED)
        self._given_up: dict[Work, str] = {}

    def died(self, work: Work, return_code: int | None) -> None:
        """A worker that had this to draw is gone."""
        self._deaths.append((self._clock(), work, return_code or 0))
        since = self._clock() - WITHIN_SECONDS
        same = [code for at, done, code in self._deaths if done == work and at >= since]
        if len(same) >= MAX_DEATHS:
            of_memory = sum(code in _OF_MEMORY for code in same)
            text = _KILLED if of_memory * 2 > len(same) else _CRASHED
            self._given_up[work] = text.format(times=len(same))
            if len(self._given_up) > _MOST_GIVEN_UP:
                del self._given_up[next(iter(self._given_up))]

    def words(self, work: Work) -> str:
        """Why this is not drawn any more; empty where it may be."""
        return self._given_up.get(work, "")

    def forget(self) -> None:
        """The reader asks for it by hand."""
        self._deaths.clear()
        self._given_up.clear()
