"""Signs of life, also during a long picture: busy is not hung. Often while there is work, seldom while there is none."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamer.ipc.messages import Sign

WORK_SECONDS = 0.2
REST_SECONDS = 0.4
SPARE_SECONDS = 1.0
"""Between two signs: at work, at rest with a study, and without one."""
STIRRED_SECONDS = 1.0
"""Work goes on for so long after the last of it."""


class Watchdog(threading.Thread):
    """Sends a Sign at its pace until stopped; `send` may raise, which ends it. What is asked of a resting worker wakes it."""

    def __init__(self, send: Callable[[Sign], None], clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._send = send
        self._clock = clock
        self._busy_since: dict[str, float] = {}
        self._changed = threading.Condition()
        self._memory = ProcessMemory()
        self._stirred_at = clock()
        self._spare = True
        self._is_due = self._stopped = False
        self._next = WORK_SECONDS

    @contextmanager
    def busy(self, thread: str) -> Iterator[None]:
        """Around one piece of work of a thread."""
        with self._changed:
            self._busy_since[thread] = self._clock()
        try:
            yield
        finally:
            with self._changed:
                del self._busy_since[thread]
                self._stirred_at = self._clock()

    def stir(self, *, spare: bool) -> None:
        """The host asked for something: one that rests answers with a sign at once. `spare`: it has no study from now on."""
        with self._changed:
            self._stirred_at, self._spare = self._clock(), spare
            if self._next > WORK_SECONDS:
                self._is_due = True
                self._changed.notify()

    def sign(self) -> Sign:
        """The sign of this moment, with when the next one comes."""
        with self._changed:
            now = self._clock()
            since = min(self._busy_since.values(), default=None)
            if since is not None or now - self._stirred_at < STIRRED_SECONDS:
                self._next = WORK_SECONDS
            else:
                self._next = SPARE_SECONDS if self._spare else REST_SECONDS
            self._is_due = False
        busy = 0 if since is None else max(1, int((now - since) * 1000))
        return Sign(busy_ms=busy, next_ms=round(self._next * 1000), memory_bytes=self._memory.own_bytes())

    def run(self) -> None:
        """The thread."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_due or self._stopped, self._next)
                if self._stopped:
                    return
            try:
                self._send(self.sign())
            except Exception:  # the host is gone: the reading thread sees the same and ends the program
                return

    def stop(self) -> None:
        """No more signs."""
        with self._changed:
            self._stopped = True
            self._changed.notify()


class ProcessMemory:
    """This process's own memory: without the pages of files, which readers of one series share."""

    def __init__(self) -> None:
        self._descriptor = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        self._page = os.sysconf("SC_PAGE_SIZE")

    def own_bytes(self) -> int:
        """Resident minus shared, in bytes."""
        _, resident, shared, *_ = os.pread(self._descriptor, 256, 0).split()
        return (int(resident) - int(shared)) * self._page
