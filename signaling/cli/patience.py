"""How long our own host is waited for, once it is not heard of: in time in which it could have been heard.

Time in which this process stood still does not count (a paused machine), nor does time for which the host was ready to run and
got no processor (a loaded one). A host that dials again lives, however long its registration takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.1
MOST_STARVED = 10.0
"""A host that waits for a processor for longer is of no use to anybody."""


def waited_for_processor(pid: int) -> float:
    """For how many seconds the process's main thread has been ready to run without running; 0 where that is not told.

    /proc/PID/schedstat, second figure, nanoseconds (Documentation/scheduler/sched-stats in Linux).
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


async def run_out(pid: int, seconds: float, dialled: Callable[[], float]) -> None:
    """Returns when the process could have been heard for so many seconds and was not.

    `dialled` says when (time of the loop) it dialled last.
    """
    left, credit = seconds, MOST_STARVED
    known, delay = dialled(), waited_for_processor(pid)
    while left > 0:
        await asyncio.sleep(min(LOOK_SECONDS, left))
        delay, before = waited_for_processor(pid), delay
        starved = min(max(0.0, delay - before), LOOK_SECONDS, credit)
        credit -= starved
        left -= LOOK_SECONDS - starved
        if dialled() != known:
            known, left = dialled(), seconds
