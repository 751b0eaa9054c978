"""A file that is written to while its image is read: its pixels are of one content, the one that was listed, or it is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, RLELossless

from streamer.dicom.faults import BadFrame, FrameNotReadNow
from streamer.loader.frame_reader import FrameReader
from tests.data.phantoms import image
from tests.unit.dicom.test_frame_reader import plan_of

OLD = np.arange(64, dtype=np.int16).reshape(8, 8)
NEW = OLD[::-1].copy()
KINDS = {
    "native": (ExplicitVRLittleEndian, {}),
    "twelve bits": (ExplicitVRLittleEndian, {"BitsStored": 12, "HighBit": 11}),
    "deflated": (DeflatedExplicitVRLittleEndian, {}),
    "encapsulated": (RLELossless, {}),
}


def write(path: Path, pixels: np.ndarray[Any, Any], kind: str) -> None:
    """As it came, under a name of its own and then in its place, in the same inode."""
    syntax, elements = KINDS[kind]
    dataset = image(pixels, **elements)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4")
    if syntax == RLELossless:
        dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.file_meta.TransferSyntaxUID = syntax
    other = path.with_suffix(".other")
    pydicom.dcmwrite(other, dataset, implicit_vr=False, little_endian=True, enforce_file_format=True)
    path.write_bytes(other.read_bytes())
    other.unlink()


def rewritten(path: Path, kind: str) -> None:
    before = path.stat()
    write(path, NEW, kind)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))


def cut(path: Path, kind: str) -> None:
    os.truncate(path, path.stat().st_size - 40)


def grown(path: Path, kind: str) -> None:
    with path.open("ab") as file:
        file.write(b"\0\0")


def emptied(path: Path, kind: str) -> None:
    os.truncate(path, 0)


CHANGES = (rewritten, cut, grown, emptied)


def during(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], None], *, first: bool, times: int = 1
) -> None:
    """Has the file changed before or after its bytes are read, after it was found to be as it was listed."""
    read, left = FrameReader._read_once, [times]

    def changing(*arguments: Any) -> Any:
        def now() -> None:
            if left[0]:
                left[0] -= 1
                change()

        if first:
            now()
        result = read(*arguments)
        if not first:
            now()
        return result

    monkeypatch.setattr(FrameReader, "_read_once", changing)


@pytest.mark.parametrize("first", [True, False], ids=["before its bytes", "after its bytes"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_what_changes_while_it_is_read_is_said_to_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, change: Callable[[Path, str], None], *, first: bool
) -> None:  # fmt: skip
    path = tmp_path / "a.dcm"
    write(path, OLD, kind)
    plan = plan_of(tmp_path)
    during(monkeypatch, lambda: change(path, kind), first=first)
    reader = FrameReader(plan, tmp_path)
    out = np.empty((8, 8), plan.stack.pixels.dtype)
    for _ in range(2):
        with pytest.raises(BadFrame, match="changed since the study"):
            reader.read(0, out)
    reader.close()


def test_a_file_that_is_rewritten_between_two_readings_of_one_image_is_not_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.dcm"
    write(path, OLD, "native")
    plan = plan_of(tmp_path)
    preadv = os.preadv

    def half(descriptor: int, buffers: list[memoryview], offset: int) -> int:
        count = preadv(descriptor, [buffers[0][: max(1, len(buffers[0]) // 2)]], offset)
        rewritten(path, "native")
        return count

    monkeypatch.setattr(os, "preadv", half)
    with (
        closing(FrameReader(plan, tmp_path)) as reader,
        pytest.raises(BadFrame, match="changed since the study"),
    ):
        reader.read(0, np.empty((8, 8), np.int16))


@pytest.mark.parametrize("kind", ["native", "twelve bits", "encapsulated"])
def test_one_whose_time_is_set_back_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / "a.dcm"
    write(path, OLD, kind)
    plan = plan_of(tmp_path)
    listed = path.stat()

    def set_back() -> None:
        before = path.stat().st_ctime_ns
        write(path, OLD, kind)
        while path.stat().st_ctime_ns == before:  # the clock of file systems ticks every few milliseconds
            path.touch()
        os.utime(path, ns=(listed.st_atime_ns, listed.st_mtime_ns))

    during(monkeypatch, set_back, first=False)
    out = np.empty((8, 8), plan.stack.pixels.dtype)
    reader = FrameReader(plan, tmp_path)
    readings = []
    read = reader._read_native if kind != "encapsulated" else reader._store

    def counted(*arguments: Any) -> None:
        readings.append(1)
        read(*arguments)

    monkeypatch.setattr(reader, read.__name__, counted)
    reader.read(0, out)
    assert len(readings) == 2
    during(monkeypatch, set_back, first=False, times=99)
    with pytest.raises(FrameNotReadNow, match="being written"):
        reader.read(0, out)
    reader.close()


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_stays_is_read_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.dcm"
    write(path, OLD, kind)
    plan = plan_of(tmp_path)
    out = np.empty((8, 8), plan.stack.pixels.dtype)
    with closing(FrameReader(plan, tmp_path)) as reader:
        reader.read(0, out)
    np.testing.assert_array_equal(out, OLD)
