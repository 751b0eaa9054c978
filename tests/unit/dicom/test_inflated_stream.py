"""A deflated file reads like the same file inflated, and takes no more memory than what is asked of it."""

from __future__ import annotations

import io
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import DeflatedExplicitVRLittleEndian

from streamer.dicom import inflated_stream
from streamer.dicom.dataset_file import open_dataset
from streamer.dicom.faults import BadFile, NotReadNow
from streamer.dicom.header import read_header
from streamer.dicom.inflated_stream import InflatedStream
from streamer.dicom.pixel_digest import pixel_digest
from tests.unit.dicom.test_cut_frames import image

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 400_000)),
        st.tuples(st.just("seek"), st.integers(0, 600_000)),
        st.tuples(st.just("end"), st.just(0)),
    ),
    max_size=8,
)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@settings(deadline=None, max_examples=40)
@given(size=st.integers(0, 200_000), steps=STEPS)
def test_it_reads_and_seeks_like_the_inflated_bytes(size: int, steps: list[tuple[str, int]]) -> None:
    data = np.random.default_rng(size).integers(0, 9, size, np.uint8).tobytes()
    stream = io.BufferedReader(InflatedStream(io.BytesIO(b"head" + deflated(data)), 4))
    plain = io.BytesIO(data)
    for step, amount in steps:
        if step == "read":
            assert stream.read(amount) == plain.read(amount)
        elif step == "seek":
            assert stream.seek(amount) == plain.seek(min(amount, size))
        else:
            assert stream.seek(0, io.SEEK_END) == plain.seek(0, io.SEEK_END)
        assert stream.tell() == plain.tell()


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """64 MiB of pixels in a file of some kilobytes."""
    dataset = image(np.zeros((4096, 8192), np.uint16))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = tmp_path_factory.mktemp("bomb") / "image.dcm"
    dataset.save_as(path, enforce_file_format=True)
    assert path.stat().st_size < 1 << 17
    return path


@pytest.mark.parametrize("read", [read_header, pixel_digest])
def test_what_the_indexer_reads_of_a_file_that_inflates_to_much_takes_little_memory(
    bomb: Path, read: object
) -> None:
    assert callable(read)
    tracemalloc.start()
    try:
        read(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 << 20


def test_one_that_inflates_to_more_than_any_file_may_is_refused(
    bomb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflated_stream, "DEFLATED_BYTES", 1 << 20)
    for whole in (False, True):
        with pytest.raises(BadFile, match="grows beyond"):
            open_dataset(bomb, whole=whole)


def test_one_for_which_there_is_no_memory_now_is_tried_again_later(
    bomb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(stream: InflatedStream, most: int) -> bytes:
        raise MemoryError

    monkeypatch.setattr(InflatedStream, "_next", none_left)
    with pytest.raises(NotReadNow, match="not enough memory"):
        open_dataset(bomb)
