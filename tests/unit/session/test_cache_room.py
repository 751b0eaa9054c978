"""The cache's cap holds whatever readers open, leave, park and take up again; what is shown stays, what fits opens."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from signaling.protocol import errors
from streamer.ipc import cache_folder
from streamer.ipc.messages import DetachStack
from streamer.session import cache_room
from streamer.session.attached_stacks import AttachedStacks
from streamer.session.cache_room import NOTES_BYTES
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from tests.unit.session.cached_series import Loaders, held_without_name, on_disk, plan, study

SIDE = 128
SIZE = 4 * SIDE * SIDE * 2 + 3 * 4096
"""Of a stack of four images."""
ONE = SIZE + NOTES_BYTES


class Host:
    """A store over a small cache, and studies that are open on it."""

    def __init__(self, folder: Path, cap: int) -> None:
        self.folder, self.cap = folder, cap
        self.store = SeriesStore(folder, cap, 0)
        self.loaders = Loaders()
        self.store._loaders = cast("Any", self.loaders)
        self.worst = 0

    async def settle(self) -> None:
        """Until no loader is at work; the cap is looked at between any two of their steps."""
        while self.store._tasks:
            await asyncio.sleep(0)
            self.look()

    def look(self) -> None:
        """Notes how much the cache holds, counted by the disk and not by the store."""
        self.worst = max(self.worst, on_disk(self.folder) + held_without_name(self.folder))


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    host = Host(tmp_path / "cache", 3 * ONE)
    yield host
    await host.store.close()


async def test_what_was_left_makes_room_for_what_is_opened(host: Host) -> None:
    for number in range(12):
        left = study(host.store, str(number), (plan(str(number)),))
        load = left.need(0, 0)
        await host.settle()
        assert load is not None
        assert (load.complete, load.problem) == (True, "")
        left.rest()
    assert host.worst <= host.cap


async def test_what_has_no_room_beside_what_is_shown_says_so_and_comes_when_there_is_room(host: Host) -> None:
    shown = [study(host.store, str(number), (plan(str(number)),)) for number in range(4)]
    loads = [cast("SeriesLoad", one.need(0, 0)) for one in shown]
    await host.settle()
    assert [load.complete for load in loads] == [True, True, True, False]
    assert loads[3].code == errors.DISK_FULL
    assert "No room for the images in the cache beside what is shown" in loads[3].problem
    shown[1].rest()
    await host.settle()
    assert (loads[3].complete, loads[3].problem) == (True, "")
    assert not loads[1].cache_path.exists()
    assert host.worst <= host.cap


async def test_a_study_of_many_series_keeps_to_the_cap_and_any_of_them_is_shown_when_asked(
    host: Host,
) -> None:
    gone: list[int] = []
    opened = study(host.store, "s", tuple(plan(f"s{number}") for number in range(8)))
    opened.on_evicted = lambda stack, load: gone.append(stack)
    opened.need(0, 0)
    await host.settle()
    opened.fill_in_background()
    for _ in range(400):
        await asyncio.sleep(0)
        host.look()
    for stack in (7, 3, 5, 0, 6):
        load = opened.need(stack, 0)
        opened.show_only({stack})
        await host.settle()
        assert load is not None
        assert load.complete
        assert opened.load_of(stack) is load
    assert gone, "series that are not shown make room"
    assert host.worst <= host.cap
    opened.close()


async def test_a_load_that_nobody_waits_for_any_more_is_stopped_for_one_that_is_waited_for(
    host: Host,
) -> None:
    host.loaders.gate.clear()
    for number in range(3):
        study(host.store, str(number), (plan(str(number)),)).need(0, 0)
    for _ in range(20):
        await asyncio.sleep(0)
    for load in list(host.store._loads.values()):
        load.shown_by.clear()
        load.listeners.clear()
    host.loaders.gate.set()
    wanted = study(host.store, "wanted", (plan("wanted", 8),)).need(0, 0)
    await host.settle()
    assert wanted is not None
    assert wanted.complete
    assert host.worst <= host.cap


async def test_without_room_for_a_reduced_copy_the_stack_itself_is_loaded(tmp_path: Path) -> None:
    host = Host(tmp_path, ONE)
    host.store._reduce_voxels = SIDE * SIDE
    load = study(host.store, "v", (plan("v", volumetric=True),)).need(0, 0)
    await host.settle()
    assert load is not None
    assert load.reduced_size > 0
    assert load.complete
    await host.store.close()


async def test_a_full_disk_makes_room_before_it_is_said(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        left = study(host.store, str(number), (plan(str(number)),))
        left.need(0, 0)
        await host.settle()
        left.rest()
    monkeypatch.setattr(cache_room.os, "statvfs", lambda _: SimpleNamespace(f_bavail=0, f_frsize=4096))
    load = study(host.store, "new", (plan("new", 3),)).need(0, 0)
    await host.settle()
    assert load is not None
    assert load.complete


async def test_a_worker_lets_go_of_what_was_evicted_also_while_its_session_is_parked(host: Host) -> None:
    sent: list[object] = []
    worker: Any = SimpleNamespace(send=lambda message, descriptors=(): sent.append(message))
    attached = AttachedStacks()
    parked = study(host.store, "p", (plan("p"),))
    load = parked.need(0, 0)
    await host.settle()
    assert load is not None
    attached.give(worker, 0, load)
    parked.rest()
    for number in range(3):
        study(host.store, str(number), (plan(str(number)),)).need(0, 0)
        await host.settle()
    assert [message for message in sent if isinstance(message, DetachStack)] == [DetachStack(stack=0)]
    again = parked.need(0, 0)
    assert again is not load


def test_leftovers_of_a_stack_go_with_it(tmp_path: Path) -> None:
    path = cache_folder.cache_path(tmp_path, "default", "a", "k", "v")
    reduced = cache_folder.cache_path(tmp_path, "default", "a", "k", "v", reduced=True)
    path.parent.mkdir()
    files = (path, reduced, path.with_suffix(".json"), path.with_name(f".{path.name}.0a1b2c"))
    for file in files:
        file.write_bytes(bytes(5000))
    (path.parent / "README").write_bytes(b"somebody's")
    assert cache_folder.evict(tmp_path, "default", 4096) == (path,)
    assert [file.name for file in path.parent.iterdir()] == ["README"]


class Model:
    """What readers may expect: who shows what."""

    def __init__(self, host: Host, rng: random.Random) -> None:
        self.host, self.rng = host, rng
        self.plans = [plan(f"s{n}", rng.choice([1, 2, 4, 6])) for n in range(12)]
        self.open: dict[OpenedStudy, int] = {}
        self.parked: list[OpenedStudy] = []

    def room_needed(self) -> int:
        """Bytes of all that is shown."""
        shown = {load for one, stack in self.open.items() if (load := one.load_of(stack)) is not None}
        return sum(load.size + NOTES_BYTES for load in shown)

    def step(self) -> None:
        """One thing that a reader, or time, does."""
        match self.rng.choice(["open", "go", "park", "resume", "close", "background", "cap"]):
            case "open" if len(self.open) < 4:
                plans = tuple(self.rng.sample(self.plans, 3))
                self.show(study(self.host.store, "s", plans), 0)
            case "go" if self.open:
                self.show(self.rng.choice(list(self.open)), self.rng.randrange(3))
            case "park" if self.open:
                one = self.rng.choice(list(self.open))
                del self.open[one]
                one.rest()
                self.parked.append(one)
            case "resume" if self.parked and len(self.open) < 4:
                self.show(self.parked.pop(self.rng.randrange(len(self.parked))), self.rng.randrange(3))
            case "close" if self.parked:
                self.parked.pop().close()
            case "background" if self.open:
                one = self.rng.choice(list(self.open))
                one.need(self.rng.randrange(3), 0, urgent=False)
            case _:
                pass

    def show(self, one: OpenedStudy, stack: int) -> None:
        """A viewport shows it."""
        self.open[one] = stack
        one.forget_failed()
        one.need(stack, 0)
        one.show_only({stack})


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_readers_do_the_cap_holds_and_what_fits_is_shown(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    host = Host(tmp_path / "cache", rng.choice([2, 3, 5]) * ONE)
    model = Model(host, rng)
    for _ in range(80):
        complete = {load for one, n in model.open.items() if (load := one.load_of(n)) and load.complete}
        before = {one: one.load_of(n) for one, n in model.open.items()}
        model.step()
        for _ in range(rng.choice([0, 0, 1, 5, 50])):
            await asyncio.sleep(0)
            host.look()
        for one, stack in model.open.items():
            load = one.load_of(stack)
            assert load is not None, "what is shown is never evicted"
            if load is before.get(one) and load in complete:
                assert load.complete
                assert load.cache_path.exists()
        if rng.random() < 0.2:
            await host.settle()
            if model.room_needed() <= host.cap:
                for one, stack in model.open.items():
                    load = one.load_of(stack)
                    assert load is not None
                    assert (load.problem, load.complete) == ("", True)
    assert host.worst <= host.cap
    assert host.loaders.most <= 1, "two loaders never write one file"
    await host.store.close()


async def test_many_openings_over_a_small_cache_leave_nothing_behind(tmp_path: Path) -> None:
    """Forty studies over a cache of a tenth of them, ten times over, all parked: counts of objects and files stay flat."""
    host = Host(tmp_path / "cache", 4 * ONE)
    sessions = [study(host.store, str(n), (plan(str(n)),)) for n in range(40)]
    counts = []
    for _ in range(10):
        for one in sessions:
            load = one.need(0, 0)
            await host.settle()
            assert load is not None
            assert load.complete
            one.rest()
        files = len(list((tmp_path / "cache").rglob("*.*")))
        kept = (
            len(host.store._loads),
            len(host.store._replaced),
            len(host.store._timers),
            len(host.store._tasks),
        )
        counts.append((files, kept, held_without_name(tmp_path)))
    assert counts[1:] == counts[:-1]
    assert host.worst <= host.cap
    await host.store.close()
