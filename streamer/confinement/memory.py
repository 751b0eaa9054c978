"""How much memory of its own each kind of child may take: what its work needs, and never more than one child's share.

What counts is what a program allocates (RLIMIT_DATA): not the files that it maps, such as pixels in the cache, nor libraries.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from contextlib import suppress
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from pathlib import Path
from types import MappingProxyType

MOST_VARIABLE = "FARVIEW_CHILD_BYTES"
"""One child's share where an option says it; else it is half of the memory that there is."""
LEAST_SHARE = 1 << 30
NEEDS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        # Beside what it has when it is warm. Twice what was measured: 0.1 GB for each thread, 0.25 for a picture of 1920 × 1080,
        # 0.75 for three planes, 1.3 for a volume on 3840 × 2160, 57 bytes for each pixel of a volume's picture of 8192 × 8192.
        "worker": {"program": 3 << 29, "threads": 192 << 20, "picture_pixels": 128, "stack_bytes": 4},
        # Frames as they are read, decoded and turned, in two threads, and as the reduced copy is made of them.
        "loader": {"program": 1 << 30, "frame_bytes": 96, "reduced_bytes": 6, "file_bytes": 4},
        # Headers of a file at a time (inflated as they are read), and a study's records when it is described.
        "indexer": {"program": 2 << 30},
    }
)
"""Bytes for the program, and for each of what else it is told of its work."""


def need(kind: str, **work: int) -> int:
    """Bytes that a child of a kind needs at the most for its work, named as in NEEDS."""
    row = NEEDS[kind]
    return row["program"] + sum(row[name] * amount for name, amount in work.items())


def share(root: Path = Path("/")) -> int:
    """Bytes that one child may take at the most, whatever its work: as the option says, else half of what there is.

    What there is is the machine's memory, or the least limit of a cgroup around this program.
    """
    said = os.environ.get(MOST_VARIABLE, "")
    if said.isdigit():
        return int(said)
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError, StopIteration):
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        group = next(line[3:] for line in lines if line.startswith("0::"))
        top = root / "sys/fs/cgroup"
        place = top / group.lstrip("/")
        for folder in (place, *place.parents):
            with suppress(OSError, ValueError):  # it has no limit
                found.append(int((folder / "memory.max").read_text(encoding="ascii")))
            if folder == top:
                break
    return max(min(found) // 2, LEAST_SHARE)


def lacks(size: int) -> bool:
    """Whether this program gets no `size` bytes more now."""
    if size <= 0:
        return False
    try:
        mmap(-1, size, flags=MAP_PRIVATE | MAP_ANONYMOUS).close()
    except (OSError, MemoryError):
        return True
    return False


class OwnMemory:
    """What this program may take from now on: `most` beside what it has, and of that only what its work needs."""

    def __init__(self, kind: str, most: int | None = None, **work: int) -> None:
        """`most` is the share where not given. Limits it for good: no later limit may be higher."""
        self._kind = kind
        self._held = 0
        with suppress(OSError):  # /proc is away: then all that it has counts as well
            self._held = _held()
        self._most = self._held + (share() if most is None else most)
        self._work: dict[str, int] = {}
        self.bytes = 0
        """That may be allocated in all."""
        self.grow(**work)

    def grow(self, **work: int) -> None:
        """The work is that much. It is never less again: what a program gave back it may still have, in pieces.

        Raises:
            OSError, ValueError: the system refuses.
        """
        self._work = {**self._work, **{name: max(n, self._work.get(name, 0)) for name, n in work.items()}}
        wanted = min(self._most, self._held + need(self._kind, **self._work))
        if wanted > self.bytes:
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            most = self._most if hard == resource.RLIM_INFINITY else min(self._most, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (min(wanted, most), most))
            self.bytes = wanted


def _held() -> int:
    """Bytes that count now: of all threads, without what is mapped of files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * os.sysconf("SC_PAGE_SIZE")
