"""Workers are few: one that comes for who has gone is kept for the next."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess


class Worker:
    """A worker that is ready when it is told to be."""

    lost = False

    def __init__(self) -> None:
        self.ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.ready.set_result(None)

    def detach(self) -> None:
        pass

    async def stop(self) -> None:
        self.lost = True


@pytest.mark.parametrize("just_came", [False, True])
async def test_no_worker_is_left_with_a_reader_who_has_gone(
    monkeypatch: pytest.MonkeyPatch, just_came: bool
) -> None:
    may_start, has_started, started = asyncio.Event(), asyncio.Event(), list[Worker]()

    async def start(arguments: Any, environment: Any) -> WorkerProcess:
        await may_start.wait()
        started.append(Worker())
        has_started.set()
        return cast(WorkerProcess, started[-1])

    monkeypatch.setattr(WorkerProcess, "start", start)
    pool = WorkerPool(1, (), {})
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    if just_came:
        may_start.set()
        await has_started.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    may_start.set()
    await has_started.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    alive = {worker for worker in started if not worker.lost}
    assert alive == {*pool._idle, *pool.taken}
    assert not pool.taken
    await pool.close()


async def test_a_spare_that_dies_is_replaced_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[Worker]()
    second = asyncio.Event()

    async def start(arguments: Any, environment: Any) -> WorkerProcess:
        started.append(Worker())
        if len(started) == 2:
            second.set()
        return cast(WorkerProcess, started[-1])

    monkeypatch.setattr(WorkerProcess, "start", start)
    monkeypatch.setattr("streamer.session.worker_pool.REFILL_SECONDS", 0.0)
    pool = WorkerPool(1, (), {})
    pool.fill()
    await asyncio.gather(*pool._tasks)
    started[0].lost = True
    cast(Any, started[0]).on_spare_lost()
    await asyncio.wait_for(second.wait(), 10.0)
    assert started[0] not in pool._idle
    assert await pool.take() is started[1]
    await pool.close()
