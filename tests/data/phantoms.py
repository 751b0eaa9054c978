"""Tiny studies made on the fly: the demonstration's chest phantom in few voxels, and single images with chosen headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian

from streamer.demo.phantom import PhantomGrid, axial_grid, centered_grid
from streamer.demo.phantom_studies import write_phantom
from streamer.demo.series_writer import stable_uid
from streamer.viewer.vector import Vec3

# Row and column direction of each plane, as scanners give them.
PLANES: dict[str, tuple[Vec3, Vec3]] = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "oblique": ((0.96, 0.28, 0.0), (-0.224, 0.768, -0.6)),
}


def tiny_grid(*, noise: float = 0.0) -> PhantomGrid:
    """32 axial images of 64 × 64 pixels, 6 × 6 × 12 mm."""
    return axial_grid(64, 64, 32, 6.0, 12.0, noise)


def plane_grid(plane: str, *, spacing: float = 8.0, side: int = 48, frames: int = 48) -> PhantomGrid:
    """A cube of the chest without noise, cut along one of PLANES."""
    row, column = PLANES[plane]
    return centered_grid(side, side, frames, (spacing, spacing), spacing, row, column, noise=0.0)


def write_tiny(
    folder: Path, grid: PhantomGrid | None = None, name: str = "tiny", study: str = "test-study"
) -> int:
    """A series of the phantom as files; how many."""
    return write_phantom(folder, grid or tiny_grid(), name, "Tiny phantom", 1, study=study)


def image(pixels: NDArray[Any] | None = None, **elements: Any) -> FileDataset:
    """An image as a dataset. `elements` are set, or left out where they are None; a name stands for its UID in *UID."""
    pixels = np.arange(64, dtype=np.int16).reshape(8, 8) if pixels is None else pixels
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    bits = pixels.dtype.itemsize * 8
    color = pixels.ndim == 3 and pixels.shape[-1] == 3
    values: dict[str, Any] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": stable_uid("image", repr(sorted(elements.items(), key=str))),
        "StudyInstanceUID": stable_uid("study"),
        "SeriesInstanceUID": stable_uid("series"),
        "Modality": "CT",
        "PatientName": "Test^Patient",
        "PatientID": "T1",
        "InstanceNumber": 1,
        "Rows": pixels.shape[-3 if color else -2],
        "Columns": pixels.shape[-2 if color else -1],
        "SamplesPerPixel": 3 if color else 1,
        "PhotometricInterpretation": "RGB" if color else "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "PixelData": pixels.astype(pixels.dtype.newbyteorder("<")).tobytes(),
    }
    if color:
        values["PlanarConfiguration"] = 0
    if pixels.ndim == (4 if color else 3):
        values["NumberOfFrames"] = pixels.shape[0]
    for keyword, value in {**values, **elements}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    meta.MediaStorageSOPClassUID = (
        dataset.SOPClassUID if "SOPClassUID" in dataset else "1.2.840.10008.5.1.4.1.1.2"
    )
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID if "SOPInstanceUID" in dataset else "2.25.1"
    if bits == 8:
        dataset["PixelData"].VR = "OB"
    return dataset


def write_image(path: Path, pixels: NDArray[Any] | None = None, **elements: Any) -> Path:
    """The same as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image(pixels, **elements).save_as(path, enforce_file_format=True)
    return path


def write_odd(path: Path, odd: dict[str, str], pixels: NDArray[Any] | None = None, **elements: Any) -> Path:
    """The same, and of `odd` elements the very text that is given, which need not be what its VR allows."""
    dataset = image(pixels, **elements)
    for keyword, written in odd.items():
        raw_text(dataset, keyword, written)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def raw_text(dataset: Dataset, keyword: str, written: str) -> None:
    """Puts an element into a dataset as bytes that nobody checks."""
    tag = Tag(keyword)
    value = written.encode()
    value += b" " * (len(value) % 2)
    vr = dictionary_VR(tag).split(" ")[0]
    dataset[tag] = RawDataElement(tag, vr, len(value), value, 0, False, True)


def write_placed(folder: Path, count: int, step: Vec3 = (0.0, 0.0, 5.0), **elements: Any) -> None:
    """A series of `count` images, the first one at the origin, each next one by `step` further."""
    for number in range(count):
        position = [round(component * number, 6) for component in step]
        placed = {
            "ImagePositionPatient": position,
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [1, 1],
            "InstanceNumber": number + 1,
            "SOPInstanceUID": stable_uid(str(folder), str(number)),
            **elements,
        }
        write_image(folder / f"{number:03d}.dcm", np.full((8, 8), number, np.int16), **placed)
