"""Files that end in zeros, as a place on the disk that an upload has not filled yet, cost little and are said to be damaged."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from streamer.dicom.dataset_file import open_dataset
from streamer.dicom.faults import BadFile
from tests.data.phantoms import write_image

SPARSE = 256 << 20
FEW_BYTES = 1 << 20


class Counted(io.BufferedReader):
    """A file that counts the bytes that are read of it."""

    bytes_read = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        Counted.bytes_read += len(data)
        return data


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    Counted.bytes_read = 0
    real = Path.open

    def open_counted(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode != "rb":
            return real(path, mode, *arguments, **options)
        return Counted(io.FileIO(path))

    monkeypatch.setattr(Path, "open", open_counted)
    return Counted


def image(folder: Path) -> bytes:
    """A file of an image."""
    return write_image(folder / "whole.dcm", np.zeros((8, 8), np.int16)).read_bytes()


def meta_end(whole: bytes) -> int:
    """Where the meta information ends: behind its group length (0002,0000)."""
    return 144 + int(struct.unpack_from("<I", whole, 140)[0])


def cut_at(whole: bytes, tag: bytes) -> bytes:
    """All before the element of that tag, as its bytes."""
    return whole[: whole.index(tag, meta_end(whole))]


KINDS = {
    "nothing but the prefix": lambda whole: whole[:132],
    "the meta information": lambda whole: whole[: meta_end(whole)],
    "half of the header": lambda whole: cut_at(whole, b"\x28\x00\x10\x00"),
    "the header without its pixels": lambda whole: cut_at(whole, b"\xe0\x7f\x10\x00"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_written_is_not_read_and_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cut.dcm"
    path.write_bytes(KINDS[kind](image(tmp_path)))
    with path.open("r+b") as file:
        file.truncate(SPARSE)
    with pytest.raises(BadFile):
        open_dataset(path)
    assert Counted.bytes_read < FEW_BYTES


@pytest.mark.parametrize("padding", [0, 2, 100, 4000])
def test_a_few_zeros_behind_an_object_without_pixels_are_its_padding(tmp_path: Path, padding: int) -> None:
    path = tmp_path / "padded.dcm"
    path.write_bytes(cut_at(image(tmp_path), b"\xe0\x7f\x10\x00") + bytes(padding))
    opened = open_dataset(path)
    opened.close()
    assert opened.pixel_tag == 0
    assert opened.dataset.Rows == 8


def test_zeros_behind_the_pixels_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "behind.dcm"
    path.write_bytes(image(tmp_path))
    with path.open("r+b") as file:
        file.truncate(SPARSE)
    opened = open_dataset(path)
    opened.close()
    assert opened.pixel_length == 128
    assert Counted.bytes_read < FEW_BYTES


def commands(*elements: int) -> bytes:
    """Command elements of two bytes each."""
    return b"".join(struct.pack("<HHIH", 0, element, 2, 1) for element in elements)


@pytest.mark.parametrize(
    ("elements", "is_good"),
    [((), True), ((0, 2, 0x100), True), ((2, 2), False), ((0x100, 2), False), (tuple(range(1000)), False)],
)
def test_command_elements_that_some_files_have_are_few_and_in_order(
    tmp_path: Path, elements: tuple[int, ...], is_good: bool
) -> None:
    whole = image(tmp_path)
    end = meta_end(whole)
    path = tmp_path / "commands.dcm"
    path.write_bytes(whole[:end] + commands(*elements) + whole[end:])
    if is_good:
        opened = open_dataset(path)
        opened.close()
        assert (opened.dataset.Rows, opened.pixel_length) == (8, 128)
    else:
        with pytest.raises(BadFile):
            open_dataset(path)
