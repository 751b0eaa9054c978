"""The host's series loads with real loaders: what failed is tried again, what is looked at comes first, files are let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace as replaced
from pathlib import Path

import msgspec
import pytest

from signaling.protocol.records import StudyInfo
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.session import series_store
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from tests.data.phantoms import write_placed, write_tiny
from tests.integration.test_loader import plan_of

LIMIT = 40.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SeriesStore]:
    store = SeriesStore(tmp_path / "cache", 1 << 30, 20_000)
    yield store
    await store.close()


def acquire(store: SeriesStore, root: Path, plan: StackPlan, *, urgent: bool = True) -> SeriesLoad:
    return store.acquire("default", "a", str(root), plan, 0, urgent=urgent)


async def ended(store: SeriesStore, load: SeriesLoad) -> None:
    task = store._tasks.get(load.cache_path)
    if task is not None:
        await asyncio.wait_for(task, LIMIT)


def named(plan: StackPlan, key: str) -> StackPlan:
    return msgspec.structs.replace(plan, stack=replaced(plan.stack, key=key))


def opened(store: SeriesStore, root: Path, *plans: StackPlan) -> OpenedStudy:
    described = StudyDescribed(request=0, study=StudyInfo(archive="a", study="1"), plans=plans)
    return OpenedStudy(described, "default", "a", str(root), store, lambda stack, load: None)


async def test_an_image_that_failed_is_never_taken_for_present_and_is_tried_again(
    root: Path, store: SeriesStore, tmp_path: Path
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    hidden = (root / "001.dcm").rename(tmp_path / "hidden")
    first = acquire(store, root, plan)
    await ended(store, first)
    assert (first.complete, first.present_count, len(first.failures)) == (True, 3, 1)
    later = SeriesStore(tmp_path / "cache", 1 << 30, 0)  # as after a restart of the host
    again = acquire(later, root, plan)
    assert again.present_count < 4
    await ended(later, again)
    assert (again.present_count, again.failures) == (3, first.failures)
    await later.close()
    hidden.rename(root / "001.dcm")
    last = SeriesStore(tmp_path / "cache", 1 << 30, 0)
    whole = acquire(last, root, plan)
    await ended(last, whole)
    assert (whole.present_count, whole.failures) == (4, {})
    await last.close()


async def test_a_reduced_copy_that_was_evicted_is_made_again(
    root: Path, store: SeriesStore, tmp_path: Path
) -> None:
    write_tiny(root)
    plan = plan_of(root)
    load = acquire(store, root, plan)
    await ended(store, load)
    assert load.reduced is not None
    load.reduced_path.unlink()
    later = SeriesStore(tmp_path / "cache", 1 << 30, 20_000)
    again = acquire(later, root, plan)
    await ended(later, again)
    assert again.reduced is not None
    await later.close()


async def test_a_load_whose_loader_was_killed_is_begun_anew_when_the_study_is_opened_again(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny(root)
    study = opened(store, root, plan_of(root))
    with monkeypatch.context() as patch:
        patch.setattr("streamer.session.spare_loader.MODULE", "streamer.no_such_program")
        load = study.need(0, 0)
        assert load is not None
        await ended(store, load)
    assert load.problem
    assert study.need(0, 0) is load  # not at every step of the wheel
    assert study.forget_failed() == [0]
    again = study.need(0, 0)
    assert again is not None
    await ended(store, again)
    assert again.complete
    study.close()


async def test_a_load_that_failed_for_two_readers_is_begun_anew_for_both(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny(root)
    plan = plan_of(root)
    first, second = opened(store, root, plan), opened(store, root, plan)
    with monkeypatch.context() as patch:
        patch.setattr("streamer.session.spare_loader.MODULE", "streamer.no_such_program")
        load = first.need(0, 0)
        assert load is not None
        await ended(store, load)
    assert load.problem
    again = second.need(0, 0)
    assert again is load, "the first reader still shows it"
    assert (load.problem, load.ready.is_set()) == ("", False)
    await ended(store, load)
    assert load.complete
    first.close()
    second.close()


async def test_a_series_that_waits_for_its_turn_is_loaded_at_once_when_the_reader_goes_to_it(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_store, "BACKGROUND_LOADS", 0)  # its turn never comes
    write_placed(root, 4)
    plan = plan_of(root)
    study = opened(store, root, plan, named(plan, "other#0"))
    for stack, turns in ((0, 0), (1, 3)):  # before its task has begun, and when it waits
        load = study.need(stack, 0, urgent=False)
        assert load is not None
        for _ in range(turns):
            await asyncio.sleep(0)
        assert study.need(stack, 0) is load
        await ended(store, load)
        assert load.complete
    study.close()


async def test_files_of_series_that_nobody_looks_at_are_closed(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_store, "IDLE_KEPT", 2)
    write_placed(root, 4)
    plan = plan_of(root)
    shown = opened(store, root, named(plan, "shown#0"))
    looked_at = shown.need(0, 0)
    assert looked_at is not None
    await ended(store, looked_at)
    loads = []
    for number in range(5):
        loads.append(acquire(store, root, named(plan, f"{number}#0")))
        await ended(store, loads[-1])
    acquire(store, root, named(plan, "last#0"))
    assert [load.descriptor >= 0 for load in loads] == [False, False, False, True, True]
    assert looked_at.descriptor >= 0
    back = acquire(store, root, named(plan, "0#0"))
    assert back.complete
    assert back.descriptor >= 0
    shown.close()
