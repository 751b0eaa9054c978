"""What failed once is tried again: images of a share that was away, loaders that died or hang. What was changed is said."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from signaling.protocol.records import StudyInfo
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.session import series_load
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from tests.data.phantoms import write_placed, write_tiny
from tests.integration.test_loader import plan_of

LIMIT = 60.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SeriesStore]:
    store = SeriesStore(tmp_path / "cache", 1 << 30, 0)
    yield store
    await store.close()


def opened(store: SeriesStore, root: Path, *plans: StackPlan) -> OpenedStudy:
    described = StudyDescribed(request=0, study=StudyInfo(archive="a", study="1"), plans=plans)
    return OpenedStudy(described, "default", "a", str(root), store, lambda stack, load: None)


async def until(load: SeriesLoad, true: Callable[[SeriesLoad], bool]) -> None:
    news = asyncio.Event()

    def told(_load: SeriesLoad) -> None:
        news.set()

    load.listeners.add(told)
    async with asyncio.timeout(LIMIT):
        while not true(load):
            news.clear()
            await news.wait()
    load.listeners.discard(told)


def is_whole(load: SeriesLoad) -> bool:
    return load.complete and load.present_count == len(load.present)


async def test_an_image_that_was_away_comes_by_itself_while_the_study_is_open(
    root: Path, store: SeriesStore, tmp_path: Path
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    hidden = (root / "001.dcm").rename(tmp_path / "hidden")
    load = opened(store, root, plan).need(0, 0)
    assert load is not None
    await until(load, lambda load: bool(load.failures))
    assert [*load.failures.values()] == ["The file can't be found in the archive now. It is tried again."]
    hidden.rename(root / "001.dcm")
    await until(load, is_whole)
    assert load.failures == {}


async def test_an_image_that_was_changed_does_not_take_the_place_of_the_listed_one(
    root: Path, store: SeriesStore
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    status = (root / "001.dcm").stat()
    os.utime(root / "001.dcm", ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    load = opened(store, root, plan).need(0, 0)
    assert load is not None
    await until(load, lambda load: load.complete)
    assert [*load.failures.values()] == ["This image was changed in the archive. Open the study again."]
    assert not load.wants_retry


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_loader_that_dies_or_hangs_is_replaced(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch, by: signal.Signals
) -> None:
    monkeypatch.setattr(series_load, "SILENT_SECONDS", 3.0)
    write_tiny(root)
    load = opened(store, root, plan_of(root)).need(0, 0)
    assert load is not None
    await until(load, lambda load: load.descriptor >= 0)
    child = load._child
    assert child is not None
    os.kill(child.pid, by)
    await until(load, is_whole)
    assert load.problem == ""


async def test_the_cap_holds_for_studies_that_nobody_looks_at(tmp_path: Path) -> None:
    store = SeriesStore(tmp_path / "cache", 1, 0)
    try:
        studies = []
        for number in range(3):
            folder = tmp_path / f"archive-{number}"
            folder.mkdir()
            write_placed(folder, 3)
            studies.append(opened(store, folder, plan_of(folder)))
            load = studies[-1].need(0, 0)
            assert load is not None
            await until(load, is_whole)
            await asyncio.gather(*store._tasks.values())
            studies[-1].rest()
        assert len(list((tmp_path / "cache").rglob("*.pixels"))) == 1
        assert studies[0].need(0, 0) is not None, "and it is read again when it is asked for"
    finally:
        await store.close()
