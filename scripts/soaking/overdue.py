"""A run that is not over long after its time: it hangs. Where, is said, and the verdict is given."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

STACK_LINES = 4


@contextmanager
def overdue(
    seconds: float, give_up: Callable[[list[str]], None]
) -> Iterator[Callable[[asyncio.AbstractEventLoop], None]]:
    """Ends this program if the block has not ended after `seconds`, with all that it has started.

    Before that `give_up` is called, in a thread of its own, with what all tasks wait for, of the loop that was named by what is
    yielded. It is the last that is called: it is to write down what was found.
    """
    loops: list[asyncio.AbstractEventLoop] = []

    def end() -> None:
        try:
            faulthandler.dump_traceback(sys.stderr)
            give_up([line for loop in loops for line in waits_of(loop)])
        finally:
            _kill_children()
            os._exit(3)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield loops.append
    finally:
        timer.cancel()


def waits_of(loop: asyncio.AbstractEventLoop) -> list[str]:
    """A line for each task of the loop that is not done: its name, and the innermost places of its stack."""
    lines = []
    for task in asyncio.all_tasks(loop):
        frames = task.get_stack()
        inner: Any = task.get_coro()
        while getattr(inner, "cr_await", None) is not None and getattr(inner.cr_await, "cr_frame", None):
            inner = inner.cr_await
            frames.append(inner.cr_frame)
        places = [
            f"{os.path.basename(each.f_code.co_filename)}:{each.f_lineno} {each.f_code.co_name}"
            for each in frames
        ]
        lines.append(f"{task.get_name()}: {' > '.join(places[-STACK_LINES:])}")
    return lines


def _kill_children() -> None:
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()
