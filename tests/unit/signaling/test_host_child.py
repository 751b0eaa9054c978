"""Our own host that is not heard of: it is killed where it hangs, and never where it lives, in virtual time."""

from __future__ import annotations

import asyncio
import os
from typing import Any, cast

import pytest

from signaling.cli import patience
from signaling.cli.host_child import HostChild
from signaling.domain.hosts import LOCAL_HOST, HostRecord
from signaling.services.local_state import LocalState
from tests.fakes.host_registry import Hosts, Line, registration
from tests.fakes.virtual_time import VirtualLoop, run


class Process:
    """The host's program; it may get no processor."""

    pid = 4711

    def __init__(self) -> None:
        self.killed_at: float | None = None

    def kill(self) -> None:
        self.killed_at = asyncio.get_running_loop().time()


class Supervised:
    """A host that has registered, and what watches over it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hosts = Hosts()
        self.record = HostRecord(LOCAL_HOST, "t", "here", "local", 0.0)
        self.hosts.store.kept[LOCAL_HOST] = self.record
        self.local = LocalState()
        self.supervisor = HostChild([], "key", self.local)
        self.hosts.registry.changes.listen(self.supervisor.changed)
        self.process = Process()
        self.supervisor._child = cast(Any, self.process)
        self.starves_until = 0.0
        monkeypatch.setattr(patience, "waited_for_processor", lambda pid: self.starved)

    @property
    def starved(self) -> float:
        return min(asyncio.get_running_loop().time(), self.starves_until)

    async def dials(self, *, registers: bool = True) -> Line:
        self.local.host_dialled = asyncio.get_running_loop().time()
        line = Line(self.hosts.registry, self.record)
        if registers:
            assert await line.register(registration("m", "start")) == ""
        return line


@pytest.mark.parametrize("paused", [0.0, 5.0, 3600.0])
@pytest.mark.parametrize("starved", [0.0, 3.0, 60.0])
def test_a_host_that_hangs_is_killed_when_it_could_have_been_heard(
    monkeypatch: pytest.MonkeyPatch, paused: float, starved: float
) -> None:
    async def story() -> None:
        it = Supervised(monkeypatch)
        line = await it.dials()
        it.starves_until = starved
        line.cut()
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        await asyncio.sleep(0.05)
        loop._jumping.now += paused
        await asyncio.sleep(60.0)
        assert it.process.killed_at is not None
        expected = 1.0 + max(paused, min(starved, patience.MOST_STARVED))
        assert expected - 0.3 <= it.process.killed_at <= 1.3 + paused + min(starved, patience.MOST_STARVED)

    run(story())


def test_a_host_that_dials_again_lives_however_long_its_registration_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story() -> None:
        it = Supervised(monkeypatch)
        (await it.dials()).cut()
        for _ in range(20):  # the database can't be asked for its key
            await asyncio.sleep(0.8)
            await it.dials(registers=False)
        await it.dials()
        await asyncio.sleep(60.0)
        assert it.process.killed_at is None

    run(story())


def test_one_that_was_started_since_is_not_killed_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        it = Supervised(monkeypatch)
        line = await it.dials()
        fresh = Process()
        it.supervisor._child = cast(Any, fresh)
        line.cut()  # seen only now
        await asyncio.sleep(60.0)
        assert (it.process.killed_at, fresh.killed_at) == (None, None)

    run(story())


def test_how_long_a_process_waited_is_read_of_any() -> None:
    assert patience.waited_for_processor(os.getpid()) >= 0.0
    assert patience.waited_for_processor(2**30) == 0.0
