"""What machine this is, and how busy: for registration and load reports."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil

_MACHINE_ID = Path("/etc/machine-id")


def machine_id() -> str:
    """The same for all hosts of one machine (machine-id(5)), else the host name."""
    try:
        return _MACHINE_ID.read_text(encoding="ascii").strip() or os.uname().nodename
    except OSError:
        return os.uname().nodename


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def memory_total() -> int:
    """Bytes of memory in the machine."""
    return int(psutil.virtual_memory().total)


class Usage:
    """CPU (fraction of the machine, since the last call) and memory (bytes, this process and its children)."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._at = time.monotonic()
        self._seconds = self._cpu_seconds()

    def cpu(self) -> float:
        """0..1 of the cores this host may use."""
        now, seconds = time.monotonic(), self._cpu_seconds()
        fraction = (seconds - self._seconds) / max(1e-3, now - self._at) / cores()
        self._at, self._seconds = now, seconds
        return min(1.0, max(0.0, fraction))

    def memory(self) -> int:
        """Resident bytes; pages that children share are counted once per child."""
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total

    def _cpu_seconds(self) -> float:
        total = 0.0
        for process in self._family():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
        return total

    def _family(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]
