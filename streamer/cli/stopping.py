"""What asks a host to end: a signal, or the end of the program that started it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import structlog

log = structlog.get_logger()
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_on_signals(stop: asyncio.Event, unsaved: Callable[[], tuple[int, int]]) -> None:
    """The first of them sets `stop`; the second ends the process at once, by the signal itself.

    What is lost by that is said in the log: `unsaved` counts the views and the marks. One that whoever started us has us
    ignore (as `nohup` does SIGHUP) stays ignored.
    """
    loop = asyncio.get_running_loop()
    was_asked = False

    def asked(number: signal.Signals) -> None:
        nonlocal was_asked
        if was_asked:
            views, marks = unsaved()
            log.warning("host_ends_at_once", signal=number.name, unsaved_views=views, unsaved_marks=marks)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        was_asked = True
        stop.set()

    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, asked, number)


def stop_with_starter(descriptor: int, stop: asyncio.Event) -> None:
    """The starter's end of a pipe is closed, however the starter ended: that is no signal, and alone ends in order."""
    loop = asyncio.get_running_loop()

    def gone() -> None:
        loop.remove_reader(descriptor)
        stop.set()

    loop.add_reader(descriptor, gone)
