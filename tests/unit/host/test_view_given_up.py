"""A reading whose workers are killed again and again says so in its viewports; memory decides who begins one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from signaling.protocol import control, errors
from streamer.host import machine
from streamer.session.session import Session
from streamer.session.worker_deaths import MAX_DEATHS
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from streamer.viewer import core
from tests.unit.host.test_seat import Host
from tests.unit.host.test_sessions import Pool, Run, Worker, never_loads


class Sent(Worker):
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.return_code: int | None = None
        self.told: list[str] = []

    def send(self, message: Any, descriptors: Any = ()) -> None:
        self.told.append(type(message).__name__)


class Workers(Pool):
    """Always gives one."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Sent] = []

    async def take(self) -> WorkerProcess:
        self.all.append(Sent())
        return cast(WorkerProcess, self.all[-1])

    def forget(self, worker: WorkerProcess) -> None:
        pass


@pytest.fixture
async def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    monkeypatch.setattr("streamer.session.series_load.SeriesLoad.run", never_loads)
    run = Run(tmp_path)
    run.pool = Workers()
    run.sessions._pool = cast(WorkerPool, run.pool)
    yield run
    await run.sessions.close()
    await run.checkpoints.close()


async def opened(run: Run) -> tuple[Session, Host]:
    seat = run.seat()
    await run.open(seat)
    await turns()
    assert seat.session is not None
    return seat.session, cast(Host, seat._host)


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def killed(session: Session) -> None:
    worker = cast(Any, session.worker)
    worker.return_code, worker.lost = -9, True
    session.on_worker_lost(worker, "ended by signal 9 (killed; out of memory?)")


async def test_a_view_that_kills_its_workers_is_given_to_no_more_of_them_and_says_so(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _host = await opened(run)
    given: list[int] = []
    monkeypatch.setattr(session._attached, "give", lambda worker, stack, load: given.append(stack))
    for _ in range(MAX_DEATHS):
        assert session.undrawable == ""
        killed(session)
        await turns()
    assert "needs more memory than the render host has" in session.undrawable
    assert set(session.reports._messages()) == {session.undrawable}
    given.clear()
    for _ in range(3):
        killed(session)
        await turns()
    assert given == [], "a worker draws the words' background, and has no pixels of what killed the others"
    outcome = core.apply_command(session.context, session.state, session.marks, "layout.set", 0, "1x2")
    session.take_outcome(outcome)
    assert session.undrawable == ""
    assert given, "another layout has its pixels"


async def test_a_host_that_is_short_of_memory_begins_no_reading_and_goes_on_with_those_it_has(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run.seat()
    await run.open(first)
    monkeypatch.setattr(machine, "memory_free", lambda: 100 << 20)
    run.sessions.leave(first)
    await run.open(first)
    seat, said = run.seat(), list[Any]()
    monkeypatch.setattr(seat, "say", said.append)
    message = control.OpenStudy(request=1, archive="a", study="1.2.999", width=64, height=64)
    run.sessions.open(seat, message)
    await asyncio.wait_for(run.sessions._opening[seat], 5.0)
    assert seat.session is None
    failed = [one for one in said if isinstance(one, control.OpenFailed)]
    assert [one.code for one in failed] == [errors.HOST_FULL]
    assert "short of memory" in failed[0].message


@pytest.mark.parametrize(
    ("machine_kb", "groups", "expected"),
    [
        (2048, {}, 2048 << 10),
        (1 << 22, {"farview.slice/farview.service": (1 << 30, 900 << 20, 100 << 20)}, 224 << 20),
        (
            1 << 22,
            {"farview.slice": (512 << 20, 500 << 20, 0), "farview.slice/farview.service": ("max", 1, 0)},
            12 << 20,
        ),
        (None, {}, 0),
    ],
)
def test_free_memory_is_that_of_the_machine_and_of_every_group_around_the_host(
    tmp_path: Path, machine_kb: int | None, groups: dict[str, tuple[Any, int, int]], expected: int
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    if machine_kb is not None:
        (tmp_path / "proc/meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:  {machine_kb} kB\n")
    (tmp_path / "proc/self/cgroup").write_text("0::/farview.slice/farview.service\n")
    for name, (most, used, inactive) in groups.items():
        folder = tmp_path / "sys/fs/cgroup" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "memory.max").write_text(f"{most}\n")
        (folder / "memory.current").write_text(f"{used}\n")
        (folder / "memory.stat").write_text(f"anon 1\ninactive_file {inactive}\n")
    assert machine.memory_free(tmp_path) == expected


def test_this_machine_has_free_memory() -> None:
    assert 0 < machine.memory_free() <= machine.memory_total()
