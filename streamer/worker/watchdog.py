"""Signs of life every 200 ms, also during a long picture: busy is not hung."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamer.ipc.messages import Sign

SIGN_SECONDS = 0.2


class Watchdog(threading.Thread):
    """Sends a Sign at every tick until stopped; `send` may raise, which ends it."""

    def __init__(self, send: Callable[[Sign], None]) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._send = send
        self._stop = threading.Event()
        self._busy_since: dict[str, float] = {}
        self._lock = threading.Lock()
        self._memory = ProcessMemory()

    @contextmanager
    def busy(self, thread: str) -> Iterator[None]:
        """Around one piece of work of a thread."""
        with self._lock:
            self._busy_since[thread] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._busy_since[thread]

    def sign(self) -> Sign:
        """The sign of this moment."""
        with self._lock:
            since = min(self._busy_since.values(), default=None)
        busy = 0 if since is None else max(1, int((time.monotonic() - since) * 1000))
        return Sign(busy_ms=busy, memory_bytes=self._memory.own_bytes())

    def run(self) -> None:
        """The thread."""
        while not self._stop.wait(SIGN_SECONDS):
            try:
                self._send(self.sign())
            except Exception:  # the host is gone: the reading thread sees the same and ends the program
                return

    def stop(self) -> None:
        """No more signs."""
        self._stop.set()


class ProcessMemory:
    """This process's own memory: without the pages of files, which readers of one series share."""

    def __init__(self) -> None:
        self._descriptor = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        self._page = os.sysconf("SC_PAGE_SIZE")

    def own_bytes(self) -> int:
        """Resident minus shared, in bytes."""
        _, resident, shared, *_ = os.pread(self._descriptor, 256, 0).split()
        return (int(resident) - int(shared)) * self._page
