"""A load that is stopped for others, in whatever moment, is begun anew for who comes next, and stands in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streamer.ipc.messages import StackPlan
from streamer.session import series_store
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from tests.data.phantoms import write_placed
from tests.integration.test_loader import plan_of
from tests.integration.test_series_store import opened

LIMIT = 10.0
MOMENTS = ("before its first step", "waiting for its turn", "starting its loader", "reading")


class Child:
    """A loader that reads and never says a word."""

    def __init__(self) -> None:
        self.channel: Any = self
        self.silent = asyncio.Event()

    def send(self, message: msgspec.Struct) -> None:
        pass

    async def messages(self) -> AsyncIterator[tuple[Any, bytes]]:
        await self.silent.wait()
        yield None, b""

    def kill(self) -> None:
        pass

    async def stop(self) -> int:
        await asyncio.sleep(0)
        return 0


class Loaders:
    """Counts who asks for one, and gives it once `there` is set."""

    def __init__(self) -> None:
        self.asked = 0
        self.there = asyncio.Event()

    def warm(self, delay: float) -> None:
        pass

    async def take(self) -> Any:
        self.asked += 1
        await self.there.wait()
        return Child()

    async def close(self) -> None:
        pass


@pytest.fixture
def plan(tmp_path: Path) -> StackPlan:
    (tmp_path / "archive").mkdir()
    write_placed(tmp_path / "archive", 2)
    return plan_of(tmp_path / "archive")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SeriesStore]:
    store = SeriesStore(tmp_path / "cache", 1 << 30, 0)
    store._loaders = Loaders()  # type: ignore[assignment]
    yield store
    await store.close()


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def begun(store: SeriesStore, study: OpenedStudy, moment: str, patch: pytest.MonkeyPatch) -> SeriesLoad:
    """A load in the background that has come as far as that."""
    with patch.context() as until_asked:
        if moment == "waiting for its turn":
            until_asked.setattr(series_store, "BACKGROUND_LOADS", 0)
        if moment == "reading":
            loaders(store).there.set()
        load = study.need(0, 0, urgent=False)
        assert load is not None
        if moment != "before its first step":
            await turns()
    return load


def loaders(store: SeriesStore) -> Loaders:
    return store._loaders  # type: ignore[return-value]


@pytest.mark.parametrize("waits", [True, False], ids=["its end is waited for", "who stopped it is stopped"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_who_comes_after_it_was_stopped_has_it_loaded(
    store: SeriesStore, plan: StackPlan, monkeypatch: pytest.MonkeyPatch, moment: str, waits: bool
) -> None:
    first = opened(store, Path("/nowhere"), plan)
    load = await begun(store, first, moment, monkeypatch)
    ends = asyncio.create_task(store._end(load.cache_path))
    if moment != "before its first step":
        await asyncio.sleep(0)
    else:
        store._stopped.add(load.cache_path)
        store._tasks[load.cache_path].cancel()
    if not waits:
        ends.cancel()
    await asyncio.wait([ends], timeout=LIMIT)
    await turns()
    assert not store._tasks
    assert first.load_of(0) is None, "who listened was not told that it is gone"
    before = loaders(store).asked
    again = opened(store, Path("/nowhere"), plan).need(0, 0)
    assert again is not None
    await turns()
    assert store.is_loading(again)
    assert loaders(store).asked == before + 1
    assert not store._stopped


@pytest.mark.parametrize("moment", MOMENTS)
async def test_one_that_a_reader_comes_for_while_it_is_stopped_goes_on(
    store: SeriesStore, plan: StackPlan, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    first, second = (opened(store, Path("/nowhere"), plan) for _ in range(2))
    load = await begun(store, first, moment, monkeypatch)
    ends = asyncio.create_task(store._end(load.cache_path))
    if moment != "before its first step":
        await asyncio.sleep(0)
    else:
        store._stopped.add(load.cache_path)
        store._tasks[load.cache_path].cancel()
    assert second.need(0, 0) is load
    ends.cancel()
    await turns()
    assert store.is_loading(load)
    assert not load.is_evicted
    await turns()
    assert loaders(store).asked
