"""The lives of a load and of a frame in it, as tables. No failure is final: what failed once is tried again."""

from __future__ import annotations

from enum import Enum

RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
MOST_LOSSES = 5
"""Loaders lost one after the other, without a frame in between: then only a hand begins another one."""


class LoadState(Enum):
    """Where a load is. `LACKING`: the last run ended, frames are not there; `STOPPED`: it ended with a problem."""

    WAITING = "waiting"
    READING = "reading"
    LACKING = "lacking"
    STOPPED = "stopped"
    WHOLE = "whole"


class LoadEvent(Enum):
    """What happens to it. `DUE`: the time to try again has come, or the reader went there or opened the study again."""

    BEGUN = "begun"
    ALL_READ = "all read"
    SOME_LACK = "some lack"
    LOST = "lost"
    FAULT = "fault"
    DAMAGED = "damaged"
    DUE = "due"


class FrameLife(Enum):
    """What is known of a frame. `LATER`: it could not be read just now, for whatever reason; its file may be mended."""

    ABSENT = "absent"
    PRESENT = "present"
    LATER = "later"


class FrameEvent(Enum):
    """What happens to it. `COULD_NOT`: its file is away or damaged, or is not the one that was listed."""

    READ = "read"
    COULD_NOT = "could not"
    DAMAGED = "damaged"


_W, _R, _L, _S, _A = (
    LoadState.WAITING,
    LoadState.READING,
    LoadState.LACKING,
    LoadState.STOPPED,
    LoadState.WHOLE,
)
_LOADS: dict[LoadState, tuple[LoadState, ...]] = {
    # begun, all read, some lack, lost, fault, damaged, due
    _W: (_R, _W, _W, _S, _S, _W, _W),
    _R: (_R, _A, _L, _S, _S, _R, _R),
    _L: (_R, _L, _L, _L, _L, _L, _W),
    _S: (_R, _S, _S, _S, _S, _S, _W),
    _A: (_R, _A, _A, _A, _A, _L, _A),
}
_FRAMES: dict[FrameLife, tuple[FrameLife, ...]] = {
    # read, could not, damaged
    FrameLife.ABSENT: (FrameLife.PRESENT, FrameLife.LATER, FrameLife.ABSENT),
    FrameLife.PRESENT: (FrameLife.PRESENT, FrameLife.LATER, FrameLife.ABSENT),
    FrameLife.LATER: (FrameLife.PRESENT, FrameLife.LATER, FrameLife.LATER),
}


def load_after(state: LoadState, event: LoadEvent) -> LoadState:
    """The state of a load after an event."""
    return _LOADS[state][list(LoadEvent).index(event)]


def frame_after(state: FrameLife, event: FrameEvent) -> FrameLife:
    """The state of a frame after an event."""
    return _FRAMES[state][list(FrameEvent).index(event)]


def retry_after(attempts: int) -> float:
    """Seconds until a load is tried again that has been tried so often in vain."""
    return RETRY_SECONDS[min(max(attempts, 1), len(RETRY_SECONDS)) - 1]
