"""The cache file: reserved first, whole when it has its name, states after pixels, evicted by unlinking."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from streamer.ipc.cache_folder import cache_path, evict, touch
from streamer.ipc.volume_cache import (
    CacheFault,
    CacheShape,
    FrameState,
    Percentiles,
    create_cache,
    map_cache,
    open_cache,
)

SHAPE = CacheShape(5, 7, 9, 1, "int16", "v1")


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow beyond 64 kB, as on a full disk. Not while the test run itself writes, perhaps into a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
@pytest.mark.parametrize("samples", [1, 3])
def test_what_is_written_is_read(tmp_path: Path, dtype: str, samples: int) -> None:
    shape = replace(SHAPE, dtype=dtype, samples=samples)
    writer = create_cache(tmp_path / "a" / "b.pixels", shape)
    reader = open_cache(tmp_path / "a" / "b.pixels")
    assert reader.shape == shape
    assert reader.pixels.shape == ((5, 7, 9) if samples == 1 else (5, 7, 9, 3))
    assert not reader.present(3)
    writer.pixels[3] = 42
    writer.mark(3, FrameState.PRESENT)
    assert reader.present(3)
    assert (reader.pixels[3] == 42).all()
    assert not reader.complete
    for frame in range(5):
        writer.mark(frame, FrameState.PRESENT)
    assert reader.complete


def test_pixels_are_page_aligned_and_the_space_is_reserved(tmp_path: Path) -> None:
    shape = CacheShape(5000, 8, 8, 1, "int16")
    create_cache(tmp_path / "x.pixels", shape)
    assert shape.pixels_offset % 4096 == 0
    assert shape.pixels_offset >= shape.states_offset + shape.frames
    status = (tmp_path / "x.pixels").stat()
    assert status.st_size == shape.size
    assert status.st_blocks * 512 >= shape.size


def test_readers_can_not_write(tmp_path: Path) -> None:
    create_cache(tmp_path / "x.pixels", SHAPE)
    view = open_cache(tmp_path / "x.pixels")
    with pytest.raises(ValueError, match="read-only"):
        view.pixels[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        view.states[0] = 1


def test_a_file_of_the_same_version_is_taken_up_again_and_another_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.pixels"
    first = create_cache(path, SHAPE)
    first.pixels[0] = 5
    first.mark(0, FrameState.PRESENT)
    del first  # its lock goes with it: no two write one file
    again = create_cache(path, SHAPE)
    assert again.present(0)
    assert (again.pixels[0] == 5).all()
    other = create_cache(path, replace(SHAPE, version="v2"))
    assert not other.present(0)
    assert again.present(0), "who has the old file mapped keeps it"
    path.write_bytes(b"damaged")
    assert not create_cache(path, SHAPE).present(0)


def test_statistics_are_kept(tmp_path: Path) -> None:
    writer = create_cache(tmp_path / "x.pixels", SHAPE)
    assert open_cache(tmp_path / "x.pixels").statistics is None
    value = Percentiles(-10.0, 500.5, -1024.0, 3000.0, True)
    writer.note_statistics(value)
    assert open_cache(tmp_path / "x.pixels").statistics == value
    assert open_cache(tmp_path / "x.pixels").shape == SHAPE


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    sentence = r"No room for the images in the cache: 1 MB are needed\."
    with small_files(), pytest.raises(CacheFault, match=sentence) as caught:
        create_cache(tmp_path / "x.pixels", CacheShape(2, 512, 512, 1, "int16"))
    assert caught.value.code == "disk-full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "shape",
    [
        replace(SHAPE, frames=0),
        replace(SHAPE, rows=65535, columns=65535, frames=100),
        replace(SHAPE, dtype="float16"),
        replace(SHAPE, samples=2),
    ],
)
def test_absurd_shapes_are_refused(tmp_path: Path, shape: CacheShape) -> None:
    with pytest.raises(CacheFault, match="over what can be held"):
        create_cache(tmp_path / "x.pixels", shape)


@pytest.mark.parametrize(
    "content", [b"", b"x" * 100, b"FARVIEW\x02" + bytes(300), b"FARVIEW\x01" + bytes(5000), b"other" * 1000]
)
def test_damaged_files_are_sentences(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pixels").write_bytes(content)
    with pytest.raises(CacheFault, match=r"\.$"):
        open_cache(tmp_path / "x.pixels")
    with pytest.raises(CacheFault, match="can't be opened"):
        open_cache(tmp_path / "none.pixels")


def test_a_truncated_file_is_never_mapped(tmp_path: Path) -> None:
    create_cache(tmp_path / "x.pixels", SHAPE)
    os.truncate(tmp_path / "x.pixels", SHAPE.size - 1)
    with pytest.raises(CacheFault, match="damaged"):
        open_cache(tmp_path / "x.pixels")


def filled(path: Path, age: float) -> Path:
    create_cache(path, CacheShape(1, 64, 64, 1, "int16"))
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def test_the_oldest_go_first_and_mapped_ones_stay_readable(tmp_path: Path) -> None:
    paths = [cache_path(tmp_path, "default", "archive", f"1.2#{n}", "v") for n in range(4)]
    for age, path in enumerate(paths):
        filled(path, age)
    view = open_cache(paths[3])
    size = sum(path.stat().st_blocks * 512 for path in paths)
    gone = evict(tmp_path, "default", size - 1, keep={paths[2]})
    assert gone == (paths[3],)
    assert (view.pixels == 0).all()
    touch(paths[1])
    assert evict(tmp_path, "default", size // 2, keep={paths[2]}) == (paths[0],)


def test_eviction_never_crosses_tenants(tmp_path: Path) -> None:
    mine = filled(cache_path(tmp_path, "mine", "archive", "1.2#1", "v"), 10)
    theirs = filled(cache_path(tmp_path, "theirs", "archive", "1.2#1", "v"), 20)
    assert mine.parent != theirs.parent
    assert evict(tmp_path, "mine", 0) == (mine,)
    assert theirs.exists()
    assert evict(tmp_path, "nobody", 0) == ()
    for tenant in ("", "..", "a/b", ".hidden"):
        with pytest.raises(ValueError, match="tenant"):
            cache_path(tmp_path, tenant, "archive", "1.2#1", "v")


def test_another_version_is_another_file(tmp_path: Path) -> None:
    names = {
        cache_path(tmp_path, "default", "a", key, version) for key in ("1#1", "1#2") for version in ("v", "w")
    }
    names.add(cache_path(tmp_path, "default", "a", "1#1", "v", reduced=True))
    assert len(names) == 5


def test_a_descriptor_is_enough(tmp_path: Path) -> None:
    writer = create_cache(tmp_path / "x.pixels", SHAPE)
    writer.pixels[:] = np.arange(5).reshape(5, 1, 1)
    descriptor = os.open(tmp_path / "x.pixels", os.O_RDONLY)
    view = map_cache(descriptor)
    os.close(descriptor)
    assert np.array_equal(view.pixels[:, 0, 0], np.arange(5))
