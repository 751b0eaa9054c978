"""What machine this is, and how busy: for registration and load reports."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


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
    return os.sysconf("SC_PHYS_PAGES") * _PAGE


def memory_free(root: Path = Path("/")) -> int:
    """Bytes that this process and its children may still take, of the machine and of each cgroup that holds it; 0 unknown.

    Page cache counts as free (proc(5): MemAvailable; cgroup-v2: inactive_file), since the kernel gives it back.
    """
    found = []
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")))
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        group = next(line[3:] for line in lines if line.startswith("0::"))
        top = root / "sys/fs/cgroup"
        place = top / group.lstrip("/")
        for folder in (place, *place.parents):
            with suppress(OSError, ValueError):
                found.append(_group_free(folder))
            if folder == top:
                break
    return max(1, min(found)) if found else 0


def _group_free(folder: Path) -> int:
    """Of one cgroup.

    Raises:
        OSError, ValueError: it has no limit.
    """
    most = int((folder / "memory.max").read_text(encoding="ascii"))
    used = int((folder / "memory.current").read_text(encoding="ascii"))
    pairs = (line.split() for line in (folder / "memory.stat").read_text(encoding="ascii").splitlines())
    return max(0, most - used + sum(int(value) for name, value in pairs if name == "inactive_file"))


class Usage:
    """CPU (fraction of the machine, since the last call) and memory (bytes), of this process and its children.

    Read from /proc directly (proc(5)): a walk over all processes of the machine every two seconds is felt when nobody reads.
    """

    def __init__(self) -> None:
        self._at = time.monotonic()
        self._seconds = sum(seconds for seconds, _ in _family())

    def sample(self) -> tuple[float, int]:
        """0..1 of the cores this host may use, and resident bytes (shared pages are counted once per child)."""
        family = _family()
        now, seconds = time.monotonic(), sum(seconds for seconds, _ in family)
        fraction = (seconds - self._seconds) / max(1e-3, now - self._at) / cores()
        self._at, self._seconds = now, seconds
        return min(1.0, max(0.0, fraction)), sum(resident for _, resident in family)


def _family() -> list[tuple[float, int]]:
    """CPU seconds and resident bytes of this process and of each child (children start none themselves)."""
    pids = [os.getpid()]
    for thread in os.listdir("/proc/self/task"):
        with suppress(OSError):  # a thread that has just ended
            pids += [int(pid) for pid in _read(f"/proc/self/task/{thread}/children").split()]
    found = []
    for pid in pids:
        with suppress(OSError):  # a child that has just ended
            fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            found.append(((int(fields[11]) + int(fields[12])) / _TICKS, int(fields[21]) * _PAGE))
    return found


def _read(path: str) -> bytes:
    """A file of /proc, without what opening it as text costs."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 65_536)
    finally:
        os.close(file)
