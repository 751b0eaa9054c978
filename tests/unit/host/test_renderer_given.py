"""A reading has its renderer, and the renderer the files, also when it is opened again or the host is busy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from streamer.errors import NoRendererError
from streamer.host.seat import Seat
from streamer.session.series_load import SeriesLoad
from streamer.session.session import Session
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from tests.unit.host.test_sessions import Run, never_loads
from tests.unit.host.test_view_given_up import Sent, Workers, turns

GONE = {
    "nothing": lambda run: None,
    "closed, since others were used later": lambda run: closed(run),
    "evicted": lambda run: evicted(run),
}


def closed(run: Run) -> None:
    store = run.sessions._store
    for path in list(store._loads):
        store._loads.pop(path).close()


def evicted(run: Run) -> None:
    store = run.sessions._store
    for path in list(store._loads):
        store._evicted(path)


@pytest.fixture
async def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    monkeypatch.setattr("streamer.session.series_load.SeriesLoad.run", never_loads)
    run = Run(tmp_path)
    run.pool = Workers()
    run.sessions._pool = cast(WorkerPool, run.pool)
    yield run
    await run.sessions.close()
    await run.checkpoints.close()


@pytest.mark.parametrize("what", GONE)
async def test_the_renderer_has_the_files_before_it_draws(
    run: Run, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    seat = run.seat()
    await run.open(seat)
    await turns()
    session = cast(Session, seat.session)
    worker = cast(Sent, session.worker)
    assert worker is not None
    run.sessions.leave(seat)
    GONE[what](run)

    def give(to: Any, stack: int, load: SeriesLoad) -> None:
        worker.told.append(f"files of {stack}")

    monkeypatch.setattr(session._attached, "give", give)
    worker.told.clear()
    monkeypatch.setattr(Seat, "has_room", lambda seat: True)
    await run.open(seat)
    assert seat.session is session
    assert session.worker is worker
    assert "files of 0" in worker.told
    assert "Draw" in worker.told
    assert worker.told.index("files of 0") < worker.told.index("Draw")


class BusyPool(Workers):
    """Has none for as many askings as `vain` says."""

    vain = 3

    async def take(self) -> WorkerProcess:
        if self.vain:
            self.vain -= 1
            raise NoRendererError("No renderer could be started within 30 s.")
        return await super().take()


@pytest.mark.parametrize("stays", [True, False])
async def test_a_reader_who_stays_gets_a_renderer_as_soon_as_there_is_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, stays: bool
) -> None:
    monkeypatch.setattr("streamer.host.sessions.WORKER_AGAIN_SECONDS", 0.0)
    pool = BusyPool()
    monkeypatch.setattr(run.sessions, "_pool", pool)
    seat = run.seat()
    await run.open(seat)
    session = cast(Session, seat.session)
    if not stays:
        run.sessions.leave(seat)
    for _ in range(5):
        await turns()
    assert (session.worker is not None) is stays
    assert run.sessions._tasks == set()
