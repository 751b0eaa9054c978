"""Writing a series of grey CT images as DICOM, quickly: one dataset, changed from image to image."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from streamer.viewer.vector import Vec3

_NAMESPACE = uuid.UUID("8f0c7a54-3f0e-5d0a-9d9e-0a6f2d1c4b77")
_MADE_BY = UID("2.25.191116478529438241903716410925638125943")


def stable_uid(*names: str) -> str:
    """A UID derived from names (PS3.5 B.2): the same each time the demonstration is made."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(names)).int}"


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A person who does not exist."""

    name: str
    patient_id: str
    birth_date: str
    sex: str
    age: str = ""
    issuer: str = "FARVIEW-DEMO"


@dataclass(frozen=True, slots=True)
class DemoSeries:
    """A series to be written; UIDs come from `study` and `name`."""

    patient: DemoPatient
    study: str
    name: str
    date: str
    time: str
    study_description: str
    description: str
    number: int
    body_part: str
    spacing: tuple[float, float]
    thickness: float
    row: Vec3
    column: Vec3
    windows: tuple[tuple[float, float, str], ...] = ()
    modality: str = "CT"
    kernel: str = ""
    accession: str = ""


def write_series(folder: Path, series: DemoSeries, images: Iterable[tuple[Vec3, NDArray[np.int16]]]) -> int:
    """Writes the images, each with the position of its first pixel; how many. A file appears only when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset = _dataset(series)
    count = 0
    for count, (position, pixels) in enumerate(images, 1):
        dataset.SOPInstanceUID = stable_uid(series.study, series.name, str(count))
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = count
        dataset.ImagePositionPatient = [_decimal(value) for value in position]
        dataset.Rows, dataset.Columns = pixels.shape
        dataset.PixelData = pixels.astype("<i2", copy=False).tobytes()
        save(dataset, folder / f"{count:04d}.dcm")
    return count


def save(dataset: FileDataset, path: Path) -> None:
    """Writes a file that appears only when it is whole."""
    temporary = path.with_name(f".{path.name}.part")
    dataset.save_as(temporary, enforce_file_format=True)
    os.replace(temporary, path)


def _dataset(series: DemoSeries) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID("2.25.0")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _MADE_BY
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    patient = series.patient
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "ImageType": ["DERIVED", "SECONDARY", "AXIAL"],
        "SOPClassUID": CTImageStorage,
        "PatientName": patient.name,
        "PatientID": patient.patient_id,
        "IssuerOfPatientID": patient.issuer,
        "PatientBirthDate": patient.birth_date,
        "PatientSex": patient.sex,
        "PatientAge": patient.age,
        "PatientComments": "Demonstration data. Not a real patient.",
        "StudyInstanceUID": stable_uid(series.study),
        "StudyID": "DEMO",
        "StudyDate": series.date,
        "StudyTime": series.time,
        "SeriesDate": series.date,
        "ContentDate": series.date,
        "ContentTime": series.time,
        "AccessionNumber": series.accession,
        "ReferringPhysicianName": "",
        "StudyDescription": series.study_description,
        "SeriesInstanceUID": stable_uid(series.study, series.name),
        "SeriesNumber": series.number,
        "SeriesDescription": series.description,
        "Modality": series.modality,
        "Manufacturer": "Farview demonstration",
        "BodyPartExamined": series.body_part,
        "PatientPosition": "HFS",
        "AcquisitionNumber": 1,
        "KVP": "120",
        "ConvolutionKernel": series.kernel,
        "FrameOfReferenceUID": stable_uid(series.study, "frame of reference"),
        "PositionReferenceIndicator": "",
        "ImageOrientationPatient": [_decimal(value) for value in (*series.row, *series.column)],
        "PixelSpacing": [_decimal(value) for value in series.spacing],
        "SliceThickness": _decimal(series.thickness),
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "RescaleIntercept": "0",
        "RescaleSlope": "1",
        "RescaleType": "HU",
        "BurnedInAnnotation": "NO",
    }
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    if series.windows:
        dataset.WindowCenter = [_decimal(center) for center, _, _ in series.windows]
        dataset.WindowWidth = [_decimal(width) for _, width, _ in series.windows]
        dataset.WindowCenterWidthExplanation = [words for _, _, words in series.windows]
    return dataset


def _decimal(value: float) -> str:
    """A decimal string (DS) of at most 16 characters."""
    text = f"{value:.10g}" if abs(value) > 1e-9 else "0"
    return text if len(text) <= 16 else f"{value:.8g}"
