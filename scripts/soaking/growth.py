"""Whether memory grows, or anything else that is counted: samples over hours, and what of them is growth. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

WARM_SHARE = 0.3
"""The first part of a run does not count: caches fill, code is compiled."""
FEWEST = 10
ALLOWED_MB: Mapping[str, float] = {
    "host": 40.0, "server": 30.0, "indexer": 30.0, "worker": 80.0, "page": 80.0,
    "month host": 25.0, "month indexer": 20.0, "month worker": 60.0,
    "month loader": 60.0, "largest worker": 60.0, "largest indexer": 20.0, "largest loader": 40.0,
    "descriptors": 12.0, "threads": 6.0, "children": 3.0, "tasks": 15.0, "readings": 64.0, "index": 2.0,
    "views and marks": math.inf, "cache": math.inf, "disk": 12.0, "files": 6.0, "shared memory": 8.0, "unlinked": 20.0,
}  # fmt: skip
"""A page keeps what its garbage collector has not looked at. There are as many views as studies were opened; that the cache
stays below its cap is looked at by itself; of the readings that nobody looks at a host keeps 64."""
COUNTED = frozenset({"descriptors", "threads", "children", "tasks", "readings", "views and marks", "files"})
"""What is no memory."""
SOON_HOURS, ALLOWED_SOON_MB = 0.5, 600.0
"""Within the first half hour a worker may still meet its first volume, and its largest picture."""


@dataclass(slots=True)
class Memories:
    """(seconds, megabytes) by process; a process that is replaced begins anew under another key.

    What belongs to no process has the pid 0, and what is counted (COUNTED) is a number instead of megabytes.
    """

    samples: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, role: str, pid: int, seconds: float, megabytes: float) -> None:
        """One sample."""
        self.samples.setdefault((role, pid), []).append((seconds, megabytes))

    def grown(self, seconds: float) -> list[Growth]:
        """Of each process that was seen often enough after the warm part of a run of `seconds`, and of its own life."""
        found = []
        for (role, pid), samples in self.samples.items():
            born, died = samples[0][0], samples[-1][0]
            warm = max(WARM_SHARE * seconds, born + WARM_SHARE * (died - born))
            kept = [sample for sample in samples if sample[0] >= warm]
            if len(kept) >= FEWEST:
                found.append(growth_of(role, pid, kept))
        return found


@dataclass(frozen=True, slots=True)
class Growth:
    """From `before` to `after` megabytes over so many hours."""

    role: str
    pid: int
    before: float
    after: float
    hours: float

    @property
    def is_too_much(self) -> bool:
        """More than that role is allowed."""
        allowed = ALLOWED_MB.get(self.role, 40.0)
        if self.role == "worker" and self.hours < SOON_HOURS:
            allowed = ALLOWED_SOON_MB
        return self.after - self.before > allowed

    def __str__(self) -> str:
        name = f"{self.role} {self.pid}" if self.pid else self.role
        unit = "" if self.role in COUNTED else " MB"
        change = f"{self.before:.0f} → {self.after:.0f}{unit}"
        return f"{name}: {change} ({self.after - self.before:+.1f} in {self.hours * 60:.0f} min)"


def growth_of(role: str, pid: int, samples: Sequence[tuple[float, float]]) -> Growth:
    """From the median of the first fifth to that of the last: a peak that comes and goes is no growth."""
    fifth = max(1, len(samples) // 5)
    before = median(megabytes for _, megabytes in samples[:fifth])
    after = median(megabytes for _, megabytes in samples[-fifth:])
    return Growth(role, pid, before, after, (samples[-1][0] - samples[0][0]) / 3600)
