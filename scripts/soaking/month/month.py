"""One month: studies are written, a host is started over them, readers open them, and samples are taken."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from scripts.benchmark.farview import role_of
from scripts.benchmark.setting import NotMeasured
from scripts.soaking.growth import Memories
from scripts.soaking.month.host import MonthHost
from scripts.soaking.month.reader import MonthFound, MonthReader
from scripts.soaking.month.samples import cache_bytes, take
from scripts.soaking.month.studies import Written, write_studies

CACHE_SHARE = 0.1
INDEX_SECONDS = 300.0
SAMPLES, KILL_EVERY = 200, 75
PARK_SECONDS = 0.0
"""A parked reading gives its worker back the next time that is looked at: two minutes in life."""
KILLED = ("worker", "worker", "loader", "indexer")


@dataclass(slots=True)
class Month:
    """What came of it. `openings` were done, of `asked`, on a cache of `cap_bytes`."""

    asked: int
    studies: int
    openings: int = 0
    seconds: float = 0.0
    cap_bytes: int = 0
    decoded_bytes: int = 0
    found: MonthFound = field(default_factory=MonthFound)
    samples: Memories = field(default_factory=Memories)


async def run(folder: Path, month: Month, readers: int, seed: int) -> None:
    """Fills `month`; Ctrl-C and SIGTERM end it in order, with what was found so far.

    Raises:
        NotMeasured: the host does not come up.
    """
    studies = await asyncio.to_thread(write_studies, folder / "data", month.studies)
    month.decoded_bytes = sum(study.decoded for study in studies)
    month.cap_bytes = int(month.decoded_bytes * CACHE_SHARE)
    host = MonthHost(folder, folder / "data", month.cap_bytes, PARK_SECONDS)
    running = asyncio.create_task(host.run())
    try:
        await _indexed(host, running, len(studies))
        await _read(folder, month, host, studies, readers, seed)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    left = psutil.Process().children(recursive=True)
    if left:
        month.found.write(f"{len(left)} processes are left after the host was closed")


async def _read(
    folder: Path, month: Month, host: MonthHost, studies: Sequence[Written], readers: int, seed: int
) -> None:
    chance, started = Random(seed), time.monotonic()
    numbers = itertools.count(1)

    def next_opening() -> int | None:
        number = next(numbers)
        return number if number <= month.asked else None

    def opened(number: int) -> None:
        month.openings += 1
        used = cache_bytes(folder / "cache")
        month.found.most_cache = max(month.found.most_cache, used)
        if used > month.cap_bytes:
            month.found.write(
                f"opening {number}: {used / 1e6:.1f} MB in a cache of {month.cap_bytes / 1e6:.1f}"
            )
        if month.openings % max(1, month.asked // SAMPLES) == 0:
            take(host, folder, time.monotonic() - started, month.samples)
        if number % KILL_EVERY == 0:
            _kill(chance.choice(KILLED), chance, month.found)

    tasks = [
        asyncio.create_task(
            MonthReader(
                f"reader-{n}", host, studies, Random(f"{seed} {n}"), month.found, next_opening, opened
            ).read()
        )
        for n in range(readers)
    ]
    everything = asyncio.gather(*tasks)
    loop = asyncio.get_running_loop()
    numbers_of_signals = (signal.SIGINT, signal.SIGTERM)
    for each in numbers_of_signals:
        loop.add_signal_handler(each, everything.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await everything
    finally:
        for each in numbers_of_signals:
            loop.remove_signal_handler(each)
        month.seconds = time.monotonic() - started
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _indexed(host: MonthHost, running: asyncio.Task[None], studies: int) -> None:
    end = time.monotonic() + INDEX_SECONDS
    while time.monotonic() < end and not running.done():
        info = host.archive.info if host.archive is not None else None
        if info is not None and not info.scanning and info.studies >= studies:
            return
        await asyncio.sleep(0.2)
    raise NotMeasured(f"the index does not know {studies} studies within {INDEX_SECONDS:g} s")


def _kill(role: str, chance: Random, found: MonthFound) -> None:
    """A kill -9 of one of the host's children, if there is one of that kind."""
    there = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if role_of(child.cmdline()) == role:
                there.append(child)
    if there:
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(there).kill()
            found.counts[f"{role} killed"] += 1
