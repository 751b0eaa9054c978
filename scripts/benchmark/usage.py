"""Processor time and memory of a Farview's processes."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from scripts.benchmark.farview import Farview


@dataclass(frozen=True, slots=True)
class CpuTime:
    """Processor seconds used so far, by role; a role's processes are summed."""

    seconds: dict[str, float]

    def since(self, earlier: CpuTime) -> dict[str, float]:
        """What was used since `earlier`, seconds by role."""
        return {role: value - earlier.seconds.get(role, 0.0) for role, value in self.seconds.items()}


def cpu_time(farview: Farview) -> CpuTime:
    """Now."""
    seconds: dict[str, float] = {}
    for role, processes in farview.family().items():
        for process in processes:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            seconds[role] = seconds.get(role, 0.0) + times.user + times.system
    return CpuTime(seconds)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: `unique` is what would be freed if the process ended (USS), `resident` counts shared pages, too (RSS)."""

    unique: float
    resident: float


def memory(farview: Farview, role: str) -> list[Memory]:
    """Of each process of a role."""
    found = []
    for process in farview.family().get(role, []):
        full = process.memory_full_info()
        found.append(Memory(full.uss / 1e6, full.rss / 1e6))
    return found
