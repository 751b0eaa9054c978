"""What failed once is tried again: images of a share that was away, loaders that died or hang. What was changed is said."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydicom import dcmread

from signaling.protocol.records import StudyInfo
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.ipc.volume_cache import shape_of
from streamer.session import series_load, series_store
from streamer.session.cache_room import NOTES_BYTES
from streamer.session.opened_study import OpenedStudy
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from tests.data.phantoms import write_placed, write_tiny
from tests.integration.test_loader import plan_of

LIMIT = 60.0
CHANGED = "This image was changed since the study was opened. Open the study again."


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


async def failed(store: SeriesStore, study: OpenedStudy) -> tuple[SeriesLoad, int]:
    """The load and its one image that could not be read, once nothing is at work any more."""
    load = study.need(0, 0)
    assert load is not None
    await until(load, lambda load: load.complete)
    await asyncio.gather(*store._tasks.values())
    (frame,) = load.failures
    return load, frame


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


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def overwritten(path: Path) -> None:
    path.write_bytes(b"\x55" * path.stat().st_size)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def of_another_image(path: Path) -> None:
    """Another file of the same size and time took its name."""
    dataset = dcmread(path)
    uid = str(dataset.SOPInstanceUID)
    dataset.SOPInstanceUID = uid[:-1] + ("8" if uid.endswith("9") else "9")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(path)


FAULTS = (cut, emptied, overwritten, touched, Path.unlink)
Put = Callable[[Path], None]


def bytes_and_time(path: Path) -> Callable[[], None]:
    """Puts the file back as it is now."""
    content, status = path.read_bytes(), path.stat()

    def back() -> None:
        other = path.with_name("other")
        other.write_bytes(content)
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
        other.rename(path)

    return back


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_a_file_that_is_mended_while_the_study_is_open_comes_by_itself(
    root: Path, store: SeriesStore, fault: Put
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    mend = bytes_and_time(root / "001.dcm")
    fault(root / "001.dcm")
    load = opened(store, root, plan).need(0, 0)
    assert load is not None
    await until(load, lambda load: load.complete)
    assert len(load.failures) == 1
    mend()
    await until(load, is_whole)
    assert load.failures == {}


async def test_an_image_that_was_changed_does_not_take_the_place_of_the_listed_one(
    root: Path, store: SeriesStore
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    touched(root / "001.dcm")
    load = opened(store, root, plan).need(0, 0)
    assert load is not None
    await until(load, lambda load: load.attempts > 1)
    assert [*load.failures.values()] == [CHANGED]


async def test_another_image_of_the_same_size_and_time_does_not_take_the_place_of_one_that_failed(
    root: Path, store: SeriesStore
) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    status = (root / "001.dcm").stat()
    mend = bytes_and_time(root / "001.dcm")
    of_another_image(root / "001.dcm")
    os.utime(root / "001.dcm", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (root / "001.dcm").stat().st_size == status.st_size
    put_other = bytes_and_time(root / "001.dcm")
    cut(root / "001.dcm")
    load = opened(store, root, plan).need(0, 0)
    assert load is not None
    await until(load, lambda load: load.complete)
    put_other()
    tries = load.attempts
    await until(load, lambda load: load.attempts > tries + 1)
    assert [*load.failures.values()] == [CHANGED]
    mend()
    await until(load, is_whole)


@pytest.mark.parametrize("opener", ["first", "second", "reload", "other seat", "all of them at once"])
@pytest.mark.parametrize("fault", [cut, Path.unlink], ids=lambda fault: fault.__name__)
async def test_whoever_shows_a_failed_image_sees_the_same_and_has_it_tried_again_at_once(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch, fault: Put, opener: str
) -> None:
    monkeypatch.setattr(series_store, "retry_after", lambda attempts: 1e6)
    write_placed(root, 4)
    plan = plan_of(root)
    mend = bytes_and_time(root / "001.dcm")
    fault(root / "001.dcm")
    first = opened(store, root, plan)
    load, frame = await failed(store, first)
    said = dict(load.failures)
    if opener in ("second", "other seat", "all of them at once"):
        other = opened(store, root, plan)
        assert other.need(0, 0) is load
        assert load.failures == said
        await asyncio.gather(*store._tasks.values())
    assert load.failures == said
    mend()
    if opener in ("reload", "other seat", "all of them at once"):
        first.forget_failed()  # as the page that opens it again
    if opener == "first":
        load.ended_at = 0.0
        first.need(0, frame)  # it is scrolled to
    if opener in ("second", "all of them at once"):
        opened(store, root, plan).need(0, 0)
    await until(load, is_whole)


async def test_staying_at_an_image_that_can_not_be_read_does_not_have_it_read_with_each_move(
    root: Path, store: SeriesStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_store, "retry_after", lambda attempts: 1e6)
    write_placed(root, 4)
    plan = plan_of(root)
    cut(root / "001.dcm")
    study = opened(store, root, plan)
    load, frame = await failed(store, study)
    runs = []
    for _ in range(3):
        load.ended_at = 0.0
        study.need(0, frame)
        runs.append(store.is_loading(load))
        await asyncio.gather(*store._tasks.values())
    assert runs == [True, False, False]


async def test_a_file_that_was_listed_cut_and_came_whole_is_said_and_taken_when_the_study_is_opened_again(
    root: Path, store: SeriesStore
) -> None:
    write_placed(root, 4)
    mend = bytes_and_time(root / "001.dcm")
    cut(root / "001.dcm")
    study = opened(store, root, plan_of(root))
    load = study.need(0, 0)
    assert load is not None
    await until(load, lambda load: load.complete)
    assert [*load.failures.values()] == ["The file ends before this image."]
    mend()
    await until(load, lambda load: [*load.failures.values()] == [CHANGED])
    again = opened(store, root, plan_of(root)).need(0, 0)
    assert again is not None
    await until(again, is_whole)


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
    folders = [tmp_path / f"archive-{number}" for number in range(3)]
    for folder in folders:
        folder.mkdir()
        write_placed(folder, 3)
    plan = plan_of(folders[0])
    store = SeriesStore(tmp_path / "cache", shape_of(plan.stack, plan.version).size + NOTES_BYTES, 0)
    try:
        studies = []
        for folder in folders:
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
