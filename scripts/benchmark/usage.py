"""Processor time and memory of a Farview's processes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import psutil

from scripts.benchmark.farview import Farview
from scripts.benchmark.setting import NotMeasured

CALM_SECONDS, CALM_WITHIN = 0.5, 120.0
CALM_SHARE = 0.04


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


async def loaded(farview: Farview) -> None:
    """Waits until the loaders rest: after the last image they still make the reduced copy for volumes.

    Raises:
        NotMeasured: they do not.
    """
    for _ in range(round(CALM_WITHIN / CALM_SECONDS)):
        before = cpu_time(farview)
        await asyncio.sleep(CALM_SECONDS)
        if cpu_time(farview).since(before).get("loader", 0.0) <= CALM_SHARE * CALM_SECONDS:
            return
    raise NotMeasured(f"the loaders are still at work after {CALM_WITHIN:g} s")


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
