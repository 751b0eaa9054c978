"""The loader as a program: it reserves, reads outward, reports, and turns what is broken into failed frames with words."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imagecodecs
import msgspec
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from streamer.demo.phantom import axial_grid
from streamer.demo.phantom import image as phantom_image
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.indexer.study_description import to_message
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.messages import (
    CacheReady,
    Fault,
    FromLoader,
    Load,
    LoadDone,
    Loaded,
    PixelStatistics,
    Shutdown,
    StackPlan,
    Steer,
    ThumbnailMade,
)  # fmt: skip
from streamer.ipc.volume_cache import CacheView, open_cache
from tests.data.phantoms import tiny_grid, write_image, write_placed, write_tiny

LIMIT = 40.0


@dataclass
class Loading:
    """What a loader said."""

    path: Path
    said: list[Any] = field(default_factory=list)
    thumbnail: bytes = b""

    def of(self, kind: type) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def order(self) -> list[int]:
        return [frame for message in self.of(Loaded) for frame in message.present]

    @property
    def failed(self) -> dict[int, str]:
        return dict(pair for message in self.of(Loaded) for pair in message.failed)

    @property
    def cache(self) -> CacheView:
        return open_cache(self.path)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def plan_of(folder: Path) -> StackPlan:
    entries = [
        FileEntry(
            str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns, read_header(path)
        )
        for path in files_of(folder)
    ]
    (plan,) = plan_series(entries)
    return to_message(plan)


@asynccontextmanager
async def loader(load: Load) -> AsyncIterator[ChildProcess[Any]]:
    child: ChildProcess[Any] = await ChildProcess.start("streamer.loader", FromLoader)
    try:
        child.channel.send(load)
        yield child
    finally:
        await child.stop(10.0)


async def run(plan: StackPlan, root: Path, path: Path, **options: Any) -> Loading:
    """Loads a plan to the end."""
    loading = Loading(path)
    load = Load(plan=plan, root=str(root), cache_path=str(path), **{"first": 0, **options})
    async with loader(load) as child, asyncio.timeout(LIMIT):
        async for message, payload in child.channel.messages():
            loading.said.append(message)
            if isinstance(message, ThumbnailMade):
                loading.thumbnail = payload
    return loading


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "default" / "stack.pixels"


async def test_a_series_comes_whole_and_right(root: Path, path: Path) -> None:
    write_tiny(root)
    loading = await run(plan_of(root), root, path, first=16)
    (ready,), (done,) = loading.of(CacheReady), loading.of(LoadDone)
    assert isinstance(loading.said[0], CacheReady)
    assert isinstance(loading.said[-1], LoadDone)
    assert (done.present, done.failed, done.reduced) == (32, 0, None)
    cache = loading.cache
    assert cache.complete
    assert (ready.layout.states, ready.layout.pixels, ready.layout.size) == (
        cache.shape.states_offset,
        cache.shape.pixels_offset,
        cache.shape.size,
    )
    # The phantom was written feet first and is shown head first.
    for frame in range(32):
        assert np.array_equal(cache.pixels[frame], phantom_image(tiny_grid(), 31 - frame))
    assert sorted(loading.order) == list(range(32))
    assert abs(loading.order[0] - 16) <= 1


async def test_first_window_and_thumbnail_come_with_the_first_frame(root: Path, path: Path) -> None:
    write_tiny(root)
    loading = await run(plan_of(root), root, path)
    early, late = loading.of(PixelStatistics)
    assert (early.complete, late.complete) == (False, True)
    assert late.minimum == -1000.0
    assert late.maximum == 1000.0
    statistics = loading.cache.statistics
    assert statistics is not None
    assert statistics.complete
    assert imagecodecs.png_decode(loading.thumbnail).shape == (112, 112)
    kinds = [type(message) for message in loading.said]
    assert kinds[:4] == [CacheReady, Loaded, PixelStatistics, ThumbnailMade]
    assert not (await run(plan_of(root), root, path.with_name("b.pixels"), thumbnail=False)).thumbnail


async def test_a_cache_that_is_there_is_not_read_again(root: Path, path: Path) -> None:
    write_tiny(root)
    plan = plan_of(root)
    await run(plan, root, path)
    for file in files_of(root):
        file.unlink()
    again = await run(plan, root, path)
    assert again.of(LoadDone)[0].present == 32
    assert again.thumbnail
    assert sorted(again.order) == list(range(32))


async def test_the_reduced_copy_is_the_mean_and_is_described(root: Path, path: Path) -> None:
    write_tiny(root)
    reduced = path.with_name("reduced.pixels")
    loading = await run(plan_of(root), root, path, reduced_path=str(reduced), reduce_voxels=20_000)
    (done,) = loading.of(LoadDone)
    assert done.reduced is not None
    copy = open_cache(reduced)
    assert copy.complete
    assert copy.pixels.shape == (len(done.reduced.frames), done.reduced.rows, done.reduced.columns)
    assert copy.pixels.size <= 20_000
    k, j, i = (full // small for full, small in zip((32, 64, 64), copy.pixels.shape, strict=True))
    assert copy.pixels[1, 1, 1] == round(loading.cache.pixels[k : 2 * k, j : 2 * j, i : 2 * i].mean())
    assert done.reduced_layout.size == copy.shape.size


async def test_without_room_for_the_reduced_copy_the_series_is_whole_all_the_same(
    root: Path, path: Path
) -> None:
    write_tiny(root)
    (path.parents[1]).mkdir()
    (path.parents[1] / "blocked").write_bytes(b"")
    reduced = path.parents[1] / "blocked" / "reduced.pixels"
    loading = await run(plan_of(root), root, path, reduced_path=str(reduced), reduce_voxels=20_000)
    assert not loading.of(Fault)
    (done,) = loading.of(LoadDone)
    assert (done.present, done.reduced) == (32, None)
    assert done.problem


async def test_truncated_changed_and_vanished_files_fail_with_words_and_the_rest_goes_on(
    root: Path, path: Path
) -> None:
    write_placed(root, 8)
    plan = plan_of(root)
    (root / "001.dcm").write_bytes((root / "001.dcm").read_bytes()[:-10])
    (root / "002.dcm").unlink()
    write_image(root / "003.dcm", PatientName="A longer name than it was before")
    (root / "004.dcm").write_bytes(b"")
    loading = await run(plan, root, path)
    failed = {8 - 1 - frame: sentence for frame, sentence in loading.failed.items()}
    assert failed == {
        1: "This image was changed since the study was opened. Open the study again.",
        2: "The file can't be found in the archive now. It is tried again.",
        3: "This image was changed since the study was opened. Open the study again.",
        4: "This image was changed since the study was opened. Open the study again.",
    }
    assert (loading.of(LoadDone)[0].present, loading.of(LoadDone)[0].failed) == (4, 4)
    assert list(loading.cache.states) == [1, 1, 1, 2, 2, 2, 2, 1]
    assert not loading.of(PixelStatistics)[-1].complete


async def test_failed_frames_are_tried_again_by_the_next_loader(root: Path, path: Path) -> None:
    write_placed(root, 4)
    plan = plan_of(root)
    away = (root / "001.dcm").rename(root.parent / "away")
    assert (await run(plan, root, path)).of(LoadDone)[0].failed == 1
    away.rename(root / "001.dcm")
    assert (await run(plan, root, path)).of(LoadDone)[0].present == 4


async def test_differing_slopes_become_modality_values(root: Path, path: Path) -> None:
    for number in range(4):
        values = {
            "RescaleSlope": f"{number + 0.5}",
            "RescaleIntercept": "-7",
            "SOPInstanceUID": f"2.25.9{number}",
        }
        write_placed(root / str(number), 1, ImagePositionPatient=[0, 0, -number], **values)
    loading = await run(plan_of(root), root, path)
    assert loading.cache.pixels.dtype == np.float32
    for number in range(4):
        dataset = pydicom.dcmread(root / str(number) / "000.dcm")
        assert np.allclose(loading.cache.pixels[number], dataset.pixel_array * (number + 0.5) - 7)


async def test_compressed_series_and_one_damaged_frame(root: Path, path: Path) -> None:
    grid = axial_grid(64, 64, 6, 6.0, 12.0, noise=0.0)
    write_tiny(root, grid)
    for number, file in enumerate(files_of(root)):
        dataset = pydicom.dcmread(file)
        stream = bytes(imagecodecs.jpegls_encode(dataset.pixel_array.view(np.uint16)))
        dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.80")
        dataset.PixelData = encapsulate([stream[:60] if number == 2 else stream])
        dataset["PixelData"].is_undefined_length = True
        dataset.save_as(file)
    loading = await run(plan_of(root), root, path)
    assert loading.failed == {3: "The compressed image is damaged and can't be decoded."}
    for frame in (0, 1, 2, 4, 5):
        assert np.array_equal(loading.cache.pixels[frame], phantom_image(grid, 5 - frame))


@contextmanager
def small_files() -> Iterator[None]:
    """No file of a child may grow beyond 16 kB, as on a full disk. Not while the test run itself writes, perhaps into a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16384, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_a_fault_with_a_sentence(root: Path, path: Path) -> None:
    write_tiny(root)
    plan = plan_of(root)
    with small_files():
        loading = await run(plan, root, path)
    (fault,) = loading.said
    assert isinstance(fault, Fault)
    assert fault.code == "disk-full"
    assert fault.message == "No room for the images in the cache: 0 MB are needed. Free some disk space."
    assert list(path.parent.iterdir()) == []


async def test_a_refused_stack_is_a_fault(root: Path, path: Path) -> None:
    write_image(root / "a.dcm", PhotometricInterpretation="CMYK")
    loading = await run(plan_of(root), root, path)
    assert loading.said == [Fault(code="unsupported", message=plan_of(root).stack.fault)]


async def test_paths_out_of_the_archive_are_refused(root: Path, path: Path, tmp_path: Path) -> None:
    write_placed(root, 3)
    write_placed(tmp_path / "outside", 3)
    plan = plan_of(root)
    outside = tuple(
        msgspec.structs.replace(source, path=f"../outside/{source.path}") for source in plan.sources
    )
    loading = await run(msgspec.structs.replace(plan, sources=outside), root, path)
    assert set(loading.failed.values()) == {"The file does not lie in the archive."}


async def test_the_reader_steers_what_comes_next(root: Path, path: Path) -> None:
    write_tiny(root)
    loading = Loading(path)
    load = Load(plan=plan_of(root), root=str(root), cache_path=str(path), first=0)
    async with loader(load) as child, asyncio.timeout(LIMIT):
        child.channel.send(Steer(near=25))  # Before the loader has begun: its first frame is this one.
        async for message, _ in child.channel.messages():
            loading.said.append(message)
    assert abs(loading.order[0] - 25) <= 1
    assert sorted(loading.order) == list(range(32))


@pytest.mark.parametrize("how", ["message", "close"])
async def test_it_ends_when_told_and_when_the_host_is_gone(root: Path, path: Path, how: str) -> None:
    write_tiny(root)
    load = Load(plan=plan_of(root), root=str(root), cache_path=str(path), first=0)
    async with loader(load) as child, asyncio.timeout(LIMIT):
        if how == "message":
            child.channel.send(Shutdown())
            async for _ in child.channel.messages():
                pass
        else:
            child.channel.close()
        assert await child.process.wait() == 0
