"""Small studies of several kinds that are written for a run; each image shows of which study it is, and which one.

Three upright stripes, grey values of which the window changes nothing: two name the study, the third the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGLSLossless

from streamer.demo.series_writer import save, stable_uid

STEPS = 20
"""Grey values of a stripe: so many, ten apart."""
MOST = STEPS * STEPS
WINDOW = (128.0, 256.0)
"""Centre and width with which a stored value from 0 to 255 is its grey (PS3.3 C.11.2.1.2)."""
DAMAGED_EVERY = 40
"""One study in so many has a file that ends too early."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What studies of a kind are: `series` of `images` of `rows` × `columns`, in a file each unless `one_file`."""

    modality: str
    sop_class: str
    series: int
    images: int
    rows: int
    columns: int
    color: bool = False
    one_file: bool = False
    compressed: bool = False
    placed: bool = True


KINDS = (
    Kind("CT", "1.2.840.10008.5.1.4.1.1.2", 1, 24, 160, 160),
    Kind("MR", "1.2.840.10008.5.1.4.1.1.4", 3, 10, 96, 96),
    Kind("CR", "1.2.840.10008.5.1.4.1.1.1", 1, 1, 640, 512, placed=False),
    Kind(
        "US", "1.2.840.10008.5.1.4.1.1.3.1", 1, 16, 120, 160, color=True, one_file=True, placed=False
    ),
    Kind("CT", "1.2.840.10008.5.1.4.1.1.2", 2, 12, 128, 128, compressed=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A study that was written; `decoded` is the size of its pixels in bytes."""

    number: int
    kind: Kind
    study: str
    decoded: int

    @property
    def is_damaged(self) -> bool:
        """Whether one of its files ends too early."""
        several = self.kind.images > 2 and not self.kind.one_file
        return several and self.number % DAMAGED_EVERY == DAMAGED_EVERY - 1


def stripes(study: int, image: int) -> tuple[int, int, int]:
    """The grey values of image `image` (from 1) of a study, left to right."""
    return tuple(20 + 10 * (step % STEPS) for step in (study, study // STEPS, image))  # type: ignore[return-value]


def drawn(kind: Kind, study: int, image: int) -> NDArray[Any]:
    """[j, i], or [j, i, 3] for colour."""
    edges = [round(kind.columns * n / 3) for n in range(4)]
    row = np.zeros(kind.columns, np.uint8 if kind.color else np.int16)
    for n, value in enumerate(stripes(study, image)):
        row[edges[n] : edges[n + 1]] = value
    plane = np.broadcast_to(row, (kind.rows, kind.columns))
    return np.repeat(plane[..., np.newaxis], 3, axis=2) if kind.color else plane


def write_studies(folder: Path, count: int) -> list[Written]:
    """Writes so many studies of all kinds, at most `MOST`; each has a folder."""
    if not 0 < count <= MOST:
        raise ValueError(f"{count} studies: from 1 to {MOST} can be told apart")
    return [_write(folder / f"{number:04d}", number, KINDS[number % len(KINDS)]) for number in range(count)]


def planned(count: int) -> list[Written]:
    """What write_studies() writes, without writing it."""
    return [_planned(number, KINDS[number % len(KINDS)]) for number in range(count)]


def _planned(number: int, kind: Kind) -> Written:
    frame = kind.rows * kind.columns * (3 if kind.color else 2)
    return Written(number, kind, stable_uid("month", str(number)), kind.series * kind.images * frame)


def _write(folder: Path, number: int, kind: Kind) -> Written:
    folder.mkdir(parents=True)
    for series in range(kind.series):
        for path, dataset in _files(folder, number, kind, series):
            save(dataset, path)
    written = _planned(number, kind)
    if written.is_damaged:
        damaged = min(folder.iterdir())
        damaged.write_bytes(damaged.read_bytes()[:-600])
    return written


def _files(folder: Path, number: int, kind: Kind, series: int) -> Iterator[tuple[Path, FileDataset]]:
    numbers = range(1, kind.images + 1)
    if kind.one_file:
        frames = np.stack([drawn(kind, number, image) for image in numbers])
        dataset = _dataset(number, kind, series, 1)
        dataset.NumberOfFrames = kind.images
        dataset.FrameTime = "40"
        dataset.PixelData = frames.tobytes()
        dataset["PixelData"].VR = "OB"
        yield folder / f"{series}.dcm", dataset
        return
    for image in numbers:
        dataset = _dataset(number, kind, series, image)
        pixels = np.ascontiguousarray(drawn(kind, number, image))
        if kind.compressed:
            dataset.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(pixels.astype(np.uint16)))])
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True
        else:
            dataset.PixelData = pixels.astype("<i2").tobytes()
        yield folder / f"{series}-{image:03d}.dcm", dataset


def _dataset(number: int, kind: Kind, series: int, image: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(kind.sop_class)
    names = ("month", str(number), str(series), str(image))
    meta.MediaStorageSOPInstanceUID = UID(stable_uid(*names))
    meta.TransferSyntaxUID = JPEGLSLossless if kind.compressed else ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    bits = 8 if kind.color else 16
    values: dict[str, Any] = {
        "SOPClassUID": kind.sop_class,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "StudyInstanceUID": stable_uid("month", str(number)),
        "SeriesInstanceUID": stable_uid(*names[:3]),
        "PatientName": f"Month^{number:04d}",
        "PatientID": f"M{number:04d}",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "StudyDate": f"202501{1 + number % 28:02d}",
        "StudyTime": "101500",
        "StudyDescription": f"Synthetic {kind.modality} {number}",
        "SeriesDescription": f"Series {series + 1}",
        "SeriesNumber": series + 1,
        "InstanceNumber": image,
        "Modality": kind.modality,
        "Rows": kind.rows,
        "Columns": kind.columns,
        "SamplesPerPixel": 3 if kind.color else 1,
        "PhotometricInterpretation": "RGB" if kind.color else "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "BurnedInAnnotation": "NO",
    }
    if kind.color:
        values["PlanarConfiguration"] = 0
    else:
        values |= {"WindowCenter": WINDOW[0], "WindowWidth": WINDOW[1]}
        values |= {"RescaleIntercept": "0", "RescaleSlope": "1"}
    if kind.placed:
        values |= {
            "FrameOfReferenceUID": stable_uid(*names[:2], "space"),
            "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
            "ImagePositionPatient": ["0", "0", str(3 * image)],
            "PixelSpacing": ["1", "1"],
            "SliceThickness": "3",
        }
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset
