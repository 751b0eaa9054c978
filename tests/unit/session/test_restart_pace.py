"""Spares that die are replaced before anybody asks, and later and later where each of them dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streamer.ipc.child_process import ChildProcess, how_it_ended
from streamer.session import spare_loader, worker_pool
from streamer.session.restart_pace import MAX_SECONDS, QUIET_SECONDS, RestartPace
from streamer.session.spare_loader import SpareLoader
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from tests.fakes import virtual_time


class Process:
    """A child that ends when it is told to."""

    def __init__(self) -> None:
        self.returncode: int | None = None
        self.ended = asyncio.Event()

    def die(self, code: int = -9) -> None:
        self.returncode = code
        self.ended.set()

    async def wait(self) -> int:
        await self.ended.wait()
        assert self.returncode is not None
        return self.returncode


class Spare:
    """A loader or worker."""

    def __init__(self) -> None:
        self.process = Process()
        self.channel = SimpleNamespace(close=lambda: None)
        self.lost = False
        self.on_spare_lost: Callable[[], None] = lambda: None
        self.ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.ready.set_result(None)

    async def stop(self, grace: float = 1.0) -> int:
        self.lost = True
        self.process.die(0)
        return 0

    def die(self) -> None:
        self.lost = True
        self.process.die()
        self.on_spare_lost()


class Started(list[tuple[float, Spare]]):
    """What was started, and when."""

    async def start(self, *_: Any) -> Spare:
        spare = Spare()
        self.append((asyncio.get_running_loop().time(), spare))
        return spare

    async def more_than(self, count: int) -> None:
        """Waits for the next start."""
        for _ in range(1000):
            if len(self) > count:
                return
            await asyncio.sleep(0.25)
        raise AssertionError("nothing was started any more")

    @property
    def waits(self) -> list[int]:
        """Whole seconds from one start to the next."""
        times = [at for at, _ in self]
        return [int(b - a) for a, b in pairwise(times)]


def in_virtual_time(monkeypatch: pytest.MonkeyPatch, modules: tuple[Any, ...]) -> None:
    """The pace reads the loop's clock."""

    def pace(first: float) -> RestartPace:
        return RestartPace(first, lambda: asyncio.get_running_loop().time() + 1e6)

    for module in modules:
        monkeypatch.setattr(module, "RestartPace", pace)


def test_a_loader_that_dies_while_it_waits_is_replaced_and_one_that_always_dies_more_and_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_virtual_time(monkeypatch, (spare_loader,))

    async def scene() -> Started:
        started = Started()
        monkeypatch.setattr(ChildProcess, "start", started.start)
        loaders = SpareLoader()
        loaders.warm()
        for _ in range(8):
            await asyncio.sleep(0.1)
            alone = len(started)
            started[-1][1].die()
            await started.more_than(alone)
        assert await loaders.take() is started[-1][1], "the one that waits is taken, not a fresh one"
        await loaders.close()
        return started

    started = virtual_time.run(scene())
    assert started.waits[:5] == [1, 2, 4, 8, 16]
    assert max(started.waits) <= MAX_SECONDS + 1


def test_a_worker_that_dies_while_it_waits_is_replaced_and_a_reader_is_served_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_virtual_time(monkeypatch, (worker_pool,))

    async def scene() -> Started:
        started = Started()
        monkeypatch.setattr(WorkerProcess, "start", started.start)
        pool = WorkerPool(1, (), {})
        pool.fill()
        for _ in range(7):
            await asyncio.sleep(0.1)
            alone = len(started)
            started[-1][1].die()
            pool.fill()
            await started.more_than(alone)
        await asyncio.sleep(0.1)
        started[-1][1].die()
        before = asyncio.get_running_loop().time()
        taken = await pool.take()
        assert cast(Any, taken) is started[-1][1]
        assert asyncio.get_running_loop().time() - before < 1.0, "who waits is served though spares die"
        await pool.close()
        return started

    waits = virtual_time.run(scene()).waits
    assert waits[:6] == sorted(waits[:6])
    assert waits[0] <= 1
    assert waits[5] >= 16


def test_after_a_quiet_time_a_death_is_a_first_one() -> None:
    now = 1000.0
    pace = RestartPace(1.0, lambda: now)
    assert [pace.died() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert pace.rests
    now += QUIET_SECONDS + 1
    assert not pace.rests
    assert pace.died() == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (-9, "ended by signal 9 (killed; out of memory?)"),
        (-11, "ended by signal 11 (SIGSEGV)"),
        (-77, "ended by signal 77 (unknown)"),
        (1, "ended with code 1"),
        (0, "it ended"),
        (None, "its channel closed"),
    ],
)
def test_the_log_names_how_a_child_ended(code: int | None, words: str) -> None:
    assert how_it_ended(code) == words
