"""Native pixels of every kind, byte order and sign come into the cache as they are meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID

from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.indexer.study_description import to_message
from streamer.ipc.messages import StackPlan
from streamer.loader.frame_reader import FrameReader
from tests.data.phantoms import image


def plan_of(folder: Path) -> StackPlan:
    (plan,) = plan_series(
        FileEntry(path.name, path.stat().st_size, path.stat().st_mtime_ns, read_header(path))
        for path in folder.iterdir()
    )
    return to_message(plan)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
@pytest.mark.parametrize(
    "kind", ["int16", "uint16", "int8", "twelve bits", "rgb", "rgb planar", "rgb 16 bit"]
)
def test_native_pixels_of_every_kind(tmp_path: Path, syntax: str, kind: str) -> None:
    root = tmp_path
    random = np.random.default_rng(1)
    elements: dict[str, Any] = {}
    if kind.startswith("rgb"):
        dtype = np.uint16 if kind.endswith("16 bit") else np.uint8
        pixels = random.integers(0, np.iinfo(dtype).max, (6, 10, 3)).astype(dtype)
        expected = (pixels >> 8).astype(np.uint8) if dtype is np.uint16 else pixels
        elements = {"PlanarConfiguration": int(kind == "rgb planar")}
        stored = np.moveaxis(pixels, -1, 0) if kind == "rgb planar" else pixels
    elif kind == "twelve bits":
        expected = random.integers(-2048, 2048, (6, 10)).astype(np.int16)
        stored = pixels = (expected.view(np.uint16) & 0xFFF).view(np.int16)
        elements = {"BitsStored": 12, "HighBit": 11}
    else:
        limits = np.iinfo(kind)
        expected = stored = pixels = random.integers(limits.min, limits.max, (6, 10)).astype(kind)
    order = ">" if syntax.endswith(".2.2") else "<"
    dataset = image(pixels, **elements)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    raw = np.ascontiguousarray(stored).astype(stored.dtype.newbyteorder(order)).tobytes()
    dataset.PixelData = raw
    dataset["PixelData"].VR = "OB" if stored.dtype.itemsize == 1 and syntax != "1.2.840.10008.1.2" else "OW"
    copy = pydicom.Dataset(dataset)
    copy.file_meta = dataset.file_meta
    pydicom.dcmwrite(
        root / "image.dcm",
        copy,
        implicit_vr=syntax == "1.2.840.10008.1.2",
        little_endian=order == "<",
        enforce_file_format=True,
    )
    plan = plan_of(root)
    out = np.empty(expected.shape, plan.stack.pixels.dtype)
    reader = FrameReader(plan, root)
    reader.read(0, out)
    reader.close()
    assert np.array_equal(out, expected)


@pytest.mark.parametrize(("rows", "columns"), [(6, 10), (5, 7), (3, 5)])
@pytest.mark.parametrize("kind", ["grey", "rgb", "rgb planar", "frames"])
def test_bytes_in_big_endian_words_are_turned_as_pydicom_does(
    tmp_path: Path, rows: int, columns: int, kind: str
) -> None:
    shape = {"grey": (rows, columns), "frames": (3, rows, columns)}.get(kind, (rows, columns, 3))
    pixels = np.random.default_rng(2).integers(0, 256, shape).astype(np.uint8)
    stored = np.moveaxis(pixels, -1, 0) if kind == "rgb planar" else pixels
    raw = np.ascontiguousarray(stored).tobytes()
    raw += b"\0" * (len(raw) % 2)
    dataset = image(pixels, **({"PlanarConfiguration": int(kind == "rgb planar")} if "rgb" in kind else {}))
    dataset.PixelData = np.frombuffer(raw, "<u2").astype(">u2").tobytes()
    dataset["PixelData"].VR = "OW"
    copy = pydicom.Dataset(dataset)
    copy.file_meta = dataset.file_meta
    copy.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.2")
    pydicom.dcmwrite(
        tmp_path / "image.dcm", copy, implicit_vr=False, little_endian=False, enforce_file_format=True
    )
    assert np.array_equal(pydicom.dcmread(tmp_path / "image.dcm").pixel_array, pixels)
    plan = plan_of(tmp_path)
    reader = FrameReader(plan, tmp_path)
    for number, expected in enumerate(pixels if kind == "frames" else pixels[None]):
        out = np.empty(expected.shape, plan.stack.pixels.dtype)
        reader.read(number, out)
        assert np.array_equal(out, expected)
    reader.close()
