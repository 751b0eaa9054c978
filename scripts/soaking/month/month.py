"""One month: studies are written, a host is started over them, readers open them, and samples are taken."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from scripts.benchmark.farview import role_of
from scripts.benchmark.setting import NotMeasured
from scripts.soaking.growth import Growth, Memories
from scripts.soaking.month.host import MonthHost
from scripts.soaking.month.log_lines import LogLines
from scripts.soaking.month.reader import MonthFound, MonthReader
from scripts.soaking.month.rows import Row
from scripts.soaking.month.samples import cache_bytes, take
from scripts.soaking.month.studies import Written, planned, write_studies

CACHE_SHARE = 0.1
INDEX_SECONDS, CLOSE_SECONDS, SAID_SECONDS = 300.0, 60.0, 30.0
SAMPLES, KILL_EVERY, SAVE_EVERY = 200, 75, 50
PARK_SECONDS = 0.0
"""A parked reading gives its worker back the next time that is looked at: two minutes in life."""
KILLED = ("worker", "worker", "loader", "indexer")


@dataclass(slots=True)
class Month:
    """What came of it. `openings` were done, of `asked`, on a cache of `cap_bytes`, in `pieces` of `seconds` in all.

    `rows` are what was held after each tenth, `growths` what grew in the pieces before this one, `marks` how many each reader
    has made, by study.
    """

    asked: int
    studies: int
    openings: int = 0
    seconds: float = 0.0
    pieces: int = 0
    cap_bytes: int = 0
    decoded_bytes: int = 0
    found: MonthFound = field(default_factory=MonthFound)
    samples: Memories = field(default_factory=Memories)
    rows: list[Row] = field(default_factory=list)
    growths: list[Growth] = field(default_factory=list)
    marks: dict[str, dict[str, int]] = field(default_factory=dict)
    began: float = 0.0
    """Seconds that were done before this piece."""
    processor_seconds: float = 0.0
    """Of host and children, and of the made-up pages, in all pieces that have ended."""

    @property
    def is_whole(self) -> bool:
        """Whether all that was asked for is done."""
        return self.openings >= self.asked

    @property
    def all_growths(self) -> list[Growth]:
        """Of all pieces."""
        return [*self.growths, *self.samples.grown(self.seconds - self.began)]

    def begin_piece(self) -> None:
        """Another host begins: its processes' memory starts anew."""
        self.growths, self.samples = self.all_growths, Memories()
        self.began = self.seconds
        self.pieces += 1


async def run(
    folder: Path, month: Month, readers: int, seed: int, log: LogLines, save: Callable[[], None]
) -> None:
    """Fills `month`; Ctrl-C and SIGTERM end it in order, with what was found so far. `save` is called now and then.

    Raises:
        NotMeasured: the host does not come up.
    """
    month.begin_piece()
    studies = await asyncio.to_thread(_studies, folder, month.studies)
    month.decoded_bytes = sum(study.decoded for study in studies)
    month.cap_bytes = int(month.decoded_bytes * CACHE_SHARE)
    host = MonthHost(folder, folder / "data", month.cap_bytes, PARK_SECONDS)
    running = asyncio.create_task(host.run())
    try:
        await _indexed(host, running, len(studies))
        await _Piece(folder, month, host, studies, seed, log, save).read(readers)
    finally:
        running.cancel()
        done, _late = await asyncio.wait([running], timeout=CLOSE_SECONDS)
        if not done:
            stacks = [str(task.get_stack(limit=3)) for task in asyncio.all_tasks()]
            month.found.write(f"the host is not closed after {CLOSE_SECONDS:g} s", stacks)
    month.processor_seconds += sum(os.times()[:4])
    left = psutil.Process().children(recursive=True)
    if left:
        month.found.write(f"{len(left)} processes are left after the host was closed")


def _studies(folder: Path, count: int) -> list[Written]:
    """They are written once: a month that is gone on with finds its index and its cache as they were."""
    if not (folder / "data").is_dir():
        unfinished = folder / "data.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        write_studies(unfinished, count)
        unfinished.rename(folder / "data")
    return planned(count)


class _Piece:
    """From one start of the host to its end."""

    def __init__(
        self, folder: Path, month: Month, host: MonthHost, studies: Sequence[Written], seed: int, log: LogLines,
        save: Callable[[], None],
    ) -> None:  # fmt: skip
        self._folder, self._month, self._host, self._studies = folder, month, host, studies
        self._log, self._save = log, save
        # The first piece is that of the seed; a later one must not do the same again.
        self._seed = f"{seed}" if month.pieces == 1 else f"{seed}, piece {month.pieces}"
        self._chance = Random(self._seed)
        self._numbers = itertools.count(month.openings + 1)
        self._started = self._said_at = time.monotonic()

    async def read(self, readers: int) -> None:
        tasks = [asyncio.create_task(self._reader(f"reader-{n}")) for n in range(readers)]
        everything = asyncio.gather(*tasks)
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for each in signals:
            loop.add_signal_handler(each, everything.cancel)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await everything
        finally:
            for each in signals:
                loop.remove_signal_handler(each)
            self._clock()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _reader(self, name: str) -> None:
        month = self._month
        marks = month.marks.setdefault(name, {})
        reader = MonthReader(
            name, self._host, self._studies, Random(f"{self._seed} {name}"), month.found, self._next, self._opened,
            self._log, marks,
        )  # fmt: skip
        try:
            await reader.read()
        except Exception as error:  # the others go on, and there is a verdict
            month.found.write(
                f"{name} has ended: {type(error).__name__}: {error}", self._log.since(self._started)
            )

    def _next(self) -> int | None:
        number = next(self._numbers)
        return number if number <= self._month.asked else None

    def _clock(self) -> None:
        self._month.seconds = self._month.began + time.monotonic() - self._started

    def _opened(self, number: int) -> None:
        month = self._month
        month.openings += 1
        self._clock()
        used = cache_bytes(self._folder / "cache")
        month.found.most_cache = max(month.found.most_cache, used)
        if used > month.cap_bytes:
            month.found.write(
                f"opening {number}: {used / 1e6:.1f} MB in a cache of {month.cap_bytes / 1e6:.1f}"
            )
        if month.openings % max(1, month.asked // SAMPLES) == 0:
            take(self._host, self._folder, month.seconds - month.began, month.samples)
        if month.openings * 10 // month.asked > (month.openings - 1) * 10 // month.asked:
            month.rows.append(Row.of(month.openings, month.seconds, month.samples))
        if month.openings % SAVE_EVERY == 0 or month.is_whole:
            self._save()
        if number % KILL_EVERY == 0:
            _kill(self._chance.choice(KILLED), self._chance, month.found)
        self._say()

    def _say(self) -> None:
        """How far it is, now and then."""
        now, month = time.monotonic(), self._month
        if now - self._said_at < SAID_SECONDS and not month.is_whole:
            return
        self._said_at = now
        each = month.seconds / month.openings
        left = (month.asked - month.openings) * each / 60
        print(
            f"{month.openings} of {month.asked} openings, {each:.2f} s each, {left:.0f} minutes left; "
            f"{len(month.found.findings)} findings", flush=True,
        )  # fmt: skip


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
