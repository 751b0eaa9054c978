"""Cache files that a power cut, a failing disk or another program damaged: found, logged, loaded again to the right pixels."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import structlog.testing

from streamer.ipc.messages import StackPlan
from streamer.ipc.volume_cache import CacheShape, open_cache, shape_of
from streamer.loader.thumbnail import thumbnail
from streamer.render.mapped_stack import MappedStack
from streamer.session import spare_loader
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.session.voxels import CachedVoxels
from tests.data.cache_damage import (
    FILE_DAMAGES,
    FRAME_DAMAGES,
    NAME_DAMAGES,
    STATE_DAMAGES,
    Damage,
    all_zeroed,
    emptied,
    flipped_bit,
    header_zeroed,
    states_zeroed,
    truncated,
    wrong_header,
)  # fmt: skip
from tests.data.phantoms import write_tiny
from tests.integration.test_loader import plan_of

LIMIT = 40.0
BAD = 7
REDUCED_DAMAGES = (truncated, emptied, all_zeroed, states_zeroed, header_zeroed, wrong_header, *STATE_DAMAGES)
"""Of a copy these are seen by the host; damaged pixels are seen by who draws them."""
DAMAGES = (*FRAME_DAMAGES, *STATE_DAMAGES, *FILE_DAMAGES)
StartStore = Callable[[], SeriesStore]


class Loads:
    def __init__(self, load: SeriesLoad) -> None:
        self.load = load

    def load_of(self, stack: int) -> SeriesLoad | None:
        return self.load if stack == 0 else None


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of an archive and of the cache once all of it was read. Nobody changes it."""
    folder = tmp_path_factory.mktemp("read")
    (folder / "archive").mkdir()
    write_tiny(folder / "archive")

    async def load_all() -> None:
        store = SeriesStore(folder / "cache", 1 << 30, 20_000)
        await loaded(store, folder / "archive", plan_of(folder / "archive"))
        await store.close()

    asyncio.run(load_all())
    return folder


@pytest.fixture
def root(read: Path) -> Path:
    return read / "archive"


@pytest.fixture
def kept(read: Path, tmp_path: Path) -> None:
    """The stores find in their cache what a host before them read."""
    shutil.copytree(read / "cache", tmp_path / "cache")


@pytest.fixture
async def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StartStore]:
    """Starts stores, each as after a restart of the host, over one cache; none keeps a loader warm for later."""
    monkeypatch.setattr(spare_loader, "REFILL_SECONDS", 3600.0)
    stores: list[SeriesStore] = []

    def started() -> SeriesStore:
        stores.append(SeriesStore(tmp_path / "cache", 1 << 30, 20_000))
        return stores[-1]

    yield started
    for store in stores:
        await store.close()


def acquire(store: SeriesStore, root: Path, plan: StackPlan) -> SeriesLoad:
    return store.acquire("default", "a", str(root), plan, 0, urgent=True)


async def whole(load: SeriesLoad) -> None:
    news = asyncio.Event()
    load.listeners.add(lambda _load: news.set())
    async with asyncio.timeout(LIMIT):
        while not (load.complete and load.present_count == len(load.present)):
            news.clear()
            await news.wait()


async def first_load(start: StartStore, root: Path, plan: StackPlan) -> SeriesLoad:
    load = acquire(start(), root, plan)
    await whole(load)
    return load


async def loaded(store: SeriesStore, root: Path, plan: StackPlan) -> SeriesLoad:
    """All of it is there, and nothing is at work any more."""
    load = acquire(store, root, plan)
    await whole(load)
    await asyncio.wait_for(asyncio.gather(*store._tasks.values()), LIMIT)
    return load


def last_pixel(load: SeriesLoad, frame: int) -> object:
    stack = load.plan.stack
    return CachedVoxels(Loads(load)).value_at(0, frame, stack.columns - 1, stack.rows - 1)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_damage_is_found_loaded_again_and_logged(start: StartStore, root: Path, damage: Damage) -> None:
    plan = plan_of(root)
    first = await first_load(start, root, plan)
    right = open_cache(first.cache_path).pixels.copy()
    value = last_pixel(first, BAD)
    assert plan.stack.terms_at(0).windows, "thumbnails are windowed by the file, not by what came first"
    thumbnails = [thumbnail(frame, k, plan.stack, None) for k, frame in enumerate(right)]
    damage(first.cache_path, shape_of(plan.stack, plan.version), BAD)
    with structlog.testing.capture_logs() as logs:
        again = acquire(start(), root, plan)
        # A probe tells the right value or none, from the first moment on.
        assert last_pixel(again, BAD) in (None, value)
        await whole(again)
    assert any(entry["log_level"] == "warning" for entry in logs)
    assert str(root) not in str(logs)
    assert last_pixel(again, BAD) == value
    cache = open_cache(again.cache_path)
    assert all(map(cache.fits, range(len(right))))
    np.testing.assert_array_equal(cache.pixels, right)
    assert again.statistics == first.statistics
    assert again.thumbnail in thumbnails


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_damaged_reduced_copy_is_made_again(start: StartStore, root: Path, damage: Damage) -> None:
    plan = plan_of(root)
    first = await first_load(start, root, plan)
    assert first.reduced is not None
    right = open_cache(first.reduced_path).pixels.copy()
    shape: CacheShape = shape_of(first.reduced[0], plan.version)
    damage(first.reduced_path, shape, 2)
    again = acquire(start(), root, plan)
    if again.complete:
        again.damaged([2], reduced=True)  # as a worker says that drew it
    await whole(again)
    copy = open_cache(again.reduced_path)
    assert all(map(copy.fits, range(len(right))))
    np.testing.assert_array_equal(copy.pixels, right)


@pytest.mark.parametrize("damage", [*DAMAGES, *NAME_DAMAGES], ids=lambda damage: damage.__name__)
async def test_damage_while_the_study_is_open_is_mended_by_itself(
    start: StartStore, root: Path, damage: Damage
) -> None:
    plan = plan_of(root)
    load = await first_load(start, root, plan)
    frames = range(len(load.present))
    right = open_cache(load.cache_path).pixels.copy()
    values = [last_pixel(load, frame) for frame in frames]
    damage(load.cache_path, shape_of(plan.stack, plan.version), BAD)
    with structlog.testing.capture_logs() as logs:
        load.look_at_files()
        for frame in frames:
            assert last_pixel(load, frame) in (None, values[frame])
        if load.descriptor >= 0:  # as the worker that draws them
            assert load.layout is not None
            drawn = MappedStack.open(os.dup(load.descriptor), plan.stack, load.layout)
            drawn.compare_again(frames)
            load.damaged(drawn.damaged)
    if damage in NAME_DAMAGES:  # who holds the file has it as it was
        assert load.complete
        assert not load.again
    else:
        assert load.present_count < len(frames)
        assert "loaded again" in load.again
        assert any(entry["log_level"] == "warning" for entry in logs)
    await whole(load)
    assert [last_pixel(load, frame) for frame in frames] == values
    assert load.again == ""
    opened = acquire(start(), root, plan)
    await whole(opened)
    cache = open_cache(opened.cache_path)
    assert all(map(cache.fits, frames))
    np.testing.assert_array_equal(cache.pixels, right)


@pytest.mark.parametrize("damage", NAME_DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_file_without_its_name_is_loaded_anew_for_who_opens_the_study_next(
    start: StartStore, root: Path, damage: Damage
) -> None:
    store, plan = start(), plan_of(root)
    load = await loaded(store, root, plan)
    damage(load.cache_path, shape_of(plan.stack, plan.version), BAD)
    assert acquire(store, root, plan) is load, "who shows it keeps what is held"
    load.listeners.clear()
    again = acquire(store, root, plan)
    assert again is not load
    await whole(again)
    cache = open_cache(again.cache_path)
    assert all(map(cache.fits, range(len(load.present))))


@pytest.mark.parametrize("damage", REDUCED_DAMAGES, ids=lambda damage: damage.__name__)
async def test_a_reduced_copy_that_is_damaged_while_it_is_shown_is_made_again(
    start: StartStore, root: Path, damage: Damage
) -> None:
    plan = plan_of(root)
    load = await first_load(start, root, plan)
    assert load.reduced is not None
    description = load.reduced[0]
    right = open_cache(load.reduced_path).pixels.copy()
    damage(load.reduced_path, shape_of(description, plan.version), 2)
    load.look_at_files()
    assert load.reduced is None
    assert load.present_count == len(load.present), "the images themselves are there"
    await whole(load)
    assert load.reduced == (description, shape_of(description, plan.version).layout)
    np.testing.assert_array_equal(open_cache(load.reduced_path).pixels, right)


async def test_a_probe_is_answered_from_what_was_compared(start: StartStore, root: Path) -> None:
    plan = plan_of(root)
    load = await first_load(start, root, plan)
    stack, voxels = plan.stack, CachedVoxels(Loads(load))
    value = voxels.value_at(0, BAD, stack.columns - 1, stack.rows - 1)
    flipped_bit(load.cache_path, shape_of(stack, plan.version), BAD)
    assert voxels.value_at(0, BAD, stack.columns - 1, stack.rows - 1) == value


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("at", [0.1, 0.4, 0.9])
async def test_damaged_notes_are_made_again(start: StartStore, root: Path, at: float) -> None:
    plan = plan_of(root)
    first = await first_load(start, root, plan)
    raw = bytearray(first.notes_path.read_bytes())
    raw[int(at * len(raw))] ^= 1
    first.notes_path.write_bytes(raw)
    again = acquire(start(), root, plan)
    assert not again.complete
    await whole(again)
    assert again.statistics == first.statistics
    pixels = open_cache(again.cache_path).pixels
    assert again.thumbnail in [thumbnail(frame, k, plan.stack, None) for k, frame in enumerate(pixels)]


async def test_a_frame_that_a_worker_finds_damaged_is_absent_at_once_and_loaded_again(
    start: StartStore, root: Path
) -> None:
    plan = plan_of(root)
    load = await first_load(start, root, plan)
    value = last_pixel(load, BAD)
    flipped_bit(load.cache_path, shape_of(plan.stack, plan.version), BAD)
    load.damaged([BAD])
    assert not load.present[BAD]
    assert last_pixel(load, BAD) is None
    await whole(load)
    assert last_pixel(load, BAD) == value


@pytest.mark.parametrize("damage", NAME_DAMAGES, ids=lambda damage: damage.__name__)
async def test_what_is_read_again_since_its_file_has_no_name_any_more_is_said_to_be_gone_until_it_is_there(
    start: StartStore, root: Path, damage: Damage
) -> None:
    store, plan = start(), plan_of(root)
    load = await loaded(store, root, plan)
    damage(load.cache_path, shape_of(plan.stack, plan.version), BAD)
    load.look_at_files()
    assert load.again == "", "what is shown is what is held"
    said: set[tuple[bool, str]] = set()

    def told(load: SeriesLoad) -> None:
        if load.present_count < len(load.present):
            said.add((load.complete, load.again))

    load.listeners.add(told)
    store._load_again(load)  # as for an image that failed
    await asyncio.wait_for(asyncio.gather(*store._tasks.values()), LIMIT)
    assert said == {
        (False, "The images kept on the render host's disk are gone; they are loaded again from the archive.")
    }
    assert load.complete
    assert load.again == ""
    assert load.present_count == len(load.present)
