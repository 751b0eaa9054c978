"""Cache files that a power cut, a failing disk or another program damaged: found, logged, loaded again to the right pixels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import structlog.testing

from streamer.ipc.messages import StackPlan
from streamer.ipc.volume_cache import CacheShape, open_cache, shape_of
from streamer.loader.thumbnail import thumbnail
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.session.voxels import CachedVoxels
from tests.data.cache_damage import FILE_DAMAGES, FRAME_DAMAGES, Damage, flipped_bit
from tests.data.phantoms import write_tiny
from tests.integration.test_loader import plan_of

LIMIT = 40.0
BAD = 7
StartStore = Callable[[], SeriesStore]


class Loads:
    def __init__(self, load: SeriesLoad) -> None:
        self.load = load

    def load_of(self, stack: int) -> SeriesLoad | None:
        return self.load if stack == 0 else None


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    write_tiny(tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[StartStore]:
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


def last_pixel(load: SeriesLoad, frame: int) -> object:
    stack = load.plan.stack
    return CachedVoxels(Loads(load)).value_at(0, frame, stack.columns - 1, stack.rows - 1)


@pytest.mark.parametrize("damage", [*FRAME_DAMAGES, *FILE_DAMAGES], ids=lambda damage: damage.__name__)
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


@pytest.mark.parametrize("damage", [*FRAME_DAMAGES, *FILE_DAMAGES], ids=lambda damage: damage.__name__)
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
