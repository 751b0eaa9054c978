"""Studies whose pictures say themselves what they are: the phantom chest, each image with its number drawn before it.

Marks and views are kept from one opening to the next, so every group of tests has a study of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import RLELossless

from streamer.demo.phantom import PhantomGrid, axial_grid, image
from streamer.demo.series_writer import DemoPatient, DemoSeries, stable_uid, write_series
from streamer.viewer.vector import Vec3
from tests.data.phantoms import write_image

COLUMNS, IMAGES, SPACING_MM, GAP_MM = 128, 40, 3.0, 9.0
WINDOWS = ((50.0, 350.0, "MEDIASTINUM"), (-600.0, 1500.0, "LUNG"))
BITS = 6
OTHER = 64
"""Added to the numbers drawn into the images of SECOND, so that its pictures can be told from those of FIRST."""
_FIRST_BIT_X, _BIT_MM, _BITS_Y = -150.0, 42.0, (-180.0, -140.0)


@dataclass(frozen=True, slots=True)
class Study:
    """What a test knows of a study."""

    name: str
    patient: DemoPatient
    images: int = IMAGES

    @property
    def uid(self) -> str:
        """Its StudyInstanceUID."""
        return stable_uid(self.name)

    @property
    def surname(self) -> str:
        """As it stands in the worklist and over the picture."""
        return self.patient.name.split("^")[0]


def _study(name: str, number: int, birth: str = "19580317", sex: str = "F") -> Study:
    return Study(name, DemoPatient(f"{name.capitalize()}^Test", f"E2E-{number:04d}", birth, sex))


PICTURE = _study("picture", 1)
HANDS = _study("hands", 2, sex="M")
PLANES = _study("planes", 3)
MARKS = _study("marks", 4)
SIZES = _study("sizes", 5)
TOUCH = _study("touch", 6)
CRASH = _study("crash", 7)
FIRST = _study("first", 8)
SECOND = _study("second", 9, birth="19620818", sex="M")
BROKEN = _study("broken", 10)
PROJECTION = _study("projection", 11)
REPORT = _study("report", 12)
EXACT = _study("exact", 13)
ULTRASOUND = _study("ultrasound", 14)
NETWORK = _study("network", 15)
MAMMOGRAMS = _study("mammograms", 16)
REPLACED = _study("replaced", 17)
MIXED = _study("mixed", 20, sex="M")
CUT = _study("cut", 21)
"""Three images; the file of the middle one, on which it opens, ends before its pixels do."""
UNKNOWN = _study("unknown", 99)
CHESTS = (PICTURE, HANDS, PLANES, MARKS, SIZES, TOUCH, CRASH, FIRST, SECOND, BROKEN, EXACT, NETWORK)


def position(number: int) -> float:
    """World z of the image with this instance number, mm."""
    return (number - 1 - (IMAGES - 1) / 2) * GAP_MM


def number_places(number: int) -> list[Vec3]:
    """Where the bits of the drawn number lie in the patient, lowest first; the last one is that of OTHER."""
    y = sum(_BITS_Y) / 2
    return [(_FIRST_BIT_X + bit * _BIT_MM, y, position(number)) for bit in range(BITS + 1)]


def write_studies(folder: Path) -> None:
    """All of them."""
    grid = axial_grid(COLUMNS, COLUMNS, IMAGES, SPACING_MM, GAP_MM)
    chest = [_numbered(image(grid, frame), grid, frame + 1) for frame in range(IMAGES)]
    other = [_numbered(image(grid, frame), grid, frame + 1 + OTHER) for frame in range(IMAGES)]
    for study in CHESTS:
        write_chest(
            folder / study.name / "chest", study, "Chest", 1, grid, other if study is SECOND else chest
        )
    write_chest(folder / HANDS.name / "upper", HANDS, "Upper half", 2, grid, chest[: IMAGES // 2])
    broken = folder / BROKEN.name / "chest" / "0007.dcm"
    broken.write_bytes(broken.read_bytes()[:2000])
    os.utime(broken, (1.6e9, 1.6e9))  # long written: not one that is perhaps still on its way
    _write_cut(folder, grid, chest)
    _write_projection(folder)
    _write_mammograms(folder)
    _write_mixed(folder)
    _write_ultrasound(folder)
    _write_report(folder)


def _write_cut(folder: Path, grid: PhantomGrid, chest: list[NDArray[np.int16]]) -> None:
    write_chest(folder / CUT.name / "chest", CUT, "Chest", 1, grid, chest[:3])
    files = sorted((folder / CUT.name / "chest").glob("*.dcm"))
    for file in files:
        dataset = pydicom.dcmread(file)
        dataset.StudyDescription, dataset.StudyDate = f"Study of {CUT.name}", "20250111"
        dataset.compress(RLELossless)
        dataset.save_as(file)
    files[1].write_bytes(files[1].read_bytes()[:-4000])
    os.utime(files[1], (1.6e9, 1.6e9))


def _numbered(pixels: NDArray[np.int16], grid: PhantomGrid, number: int) -> NDArray[np.int16]:
    rows = [round((y - grid.origin[1]) / grid.spacing[0]) for y in _BITS_Y]
    half = _BIT_MM / 2
    for bit in range(BITS + 1):
        x = _FIRST_BIT_X + bit * _BIT_MM - grid.origin[0]
        columns = slice(round((x - half) / grid.spacing[1]), round((x + half) / grid.spacing[1]))
        pixels[rows[0] : rows[1], columns] = 1000 if number >> bit & 1 else -1000
    return pixels


def write_chest(
    folder: Path,
    study: Study,
    description: str,
    number: int,
    grid: PhantomGrid,
    chest: list[NDArray[np.int16]],
) -> None:
    """A series of the phantom, its images' pixels in the order of the grid."""
    series = DemoSeries(
        patient=study.patient,
        study=study.name,
        name=description,
        date=f"202506{int(study.patient.patient_id[-2:]):02d}",
        time="101500",
        study_description=f"Chest of {study.name}",
        description=description,
        number=number,
        body_part="CHEST",
        spacing=grid.spacing,
        thickness=GAP_MM,
        row=grid.row,
        column=grid.column,
        windows=WINDOWS,
        accession=f"A-{study.patient.patient_id[-2:]}",
    )
    placed: Iterator[tuple[Vec3, NDArray[np.int16]]] = (
        (grid.position(frame), pixels) for frame, pixels in enumerate(chest)
    )
    write_series(folder, series, placed)


def _labels(study: Study, description: str) -> dict[str, str]:
    return {
        "PatientName": study.patient.name,
        "PatientID": study.patient.patient_id,
        "PatientBirthDate": study.patient.birth_date,
        "PatientSex": study.patient.sex,
        "StudyInstanceUID": study.uid,
        "StudyDate": "20250111",
        "StudyDescription": f"Study of {study.name}",
        "SeriesInstanceUID": stable_uid(study.name, description),
        "SeriesDescription": description,
    }


def _write_projection(folder: Path) -> None:
    """A radiograph whose upper left quarter, as stored, is bright."""
    pixels = np.full((256, 192), 200, np.uint16)
    pixels[:128, :96] = 3000
    write_image(
        folder / PROJECTION.name / "1.dcm",
        pixels,
        **_labels(PROJECTION, "Thorax"),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.1.1",
        SOPInstanceUID=stable_uid(PROJECTION.name, "1"),
        Modality="DX",
        PatientOrientation=["L", "F"],
        ImageLaterality="U",
        ViewPosition="PA",
        ImagerPixelSpacing=[1.5, 1.5],
        WindowCenter=2000,
        WindowWidth=4000,
        BitsStored=12,
        HighBit=11,
    )


VIEWS = (
    ("R", "CC", ["A", "R"]),
    ("L", "CC", ["P", "L"]),
    ("R", "MLO", ["A", "FR"]),
    ("L", "MLO", ["P", "FL"]),
)
"""Of the images of MAMMOGRAMS: side, view, directions of row and column."""
MAMMOGRAM_WINDOWS = ((2000, 3000), (1000, 1500), (2500, 2000), (1200, 800))
MAMMOGRAM_VALUE = 1300


def _write_mammograms(folder: Path) -> None:
    """Four views in one series: each has its side, its directions, its window and its padding, which is tissue of the others."""
    for number, ((side, view, directions), (center, width)) in enumerate(
        zip(VIEWS, MAMMOGRAM_WINDOWS, strict=True)
    ):
        pixels = np.full((192, 160), MAMMOGRAM_VALUE, np.uint16)
        pixels[:32] = number + 5
        write_image(
            folder / MAMMOGRAMS.name / f"{number}.dcm",
            pixels,
            **_labels(MAMMOGRAMS, "Both breasts"),
            SOPClassUID="1.2.840.10008.5.1.4.1.1.1.2",
            SOPInstanceUID=stable_uid(MAMMOGRAMS.name, str(number)),
            InstanceNumber=number + 1,
            Modality="MG",
            ImageLaterality=side,
            ViewPosition=view,
            PatientOrientation=directions,
            ImagerPixelSpacing=[1.5, 1.5],
            WindowCenter=center,
            WindowWidth=width,
            PixelPaddingValue=number + 5,
            BitsStored=12,
            HighBit=11,
        )


def _write_mixed(folder: Path) -> None:
    """Two series of one study: the second is another patient's."""
    other = {
        "PatientName": "Stray^Jane",
        "PatientID": "E2E-9999",
        "PatientBirthDate": "19820101",
        "PatientSex": "F",
    }
    for number, labels in enumerate(({}, other), 1):
        write_image(
            folder / MIXED.name / f"{number}.dcm",
            np.full((192, 192), 500 * number, np.uint16),
            **_labels(MIXED, f"Series {number}") | labels,
            SOPInstanceUID=stable_uid(MIXED.name, str(number)),
            SeriesNumber=number,
            PixelSpacing=[1.0, 1.0],
            WindowCenter=800,
            WindowWidth=1600,
        )


def _write_ultrasound(folder: Path) -> None:
    """A colour image whose file has lost something already: every mixture of red and green, and noise of all colours."""
    pixels = np.random.default_rng(14).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    pixels[:, :256, 0] = np.arange(256)
    pixels[:, :256, 1] = np.arange(240)[:, None]
    write_image(
        folder / ULTRASOUND.name / "1.dcm",
        pixels,
        **_labels(ULTRASOUND, "Doppler"),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1",
        SOPInstanceUID=stable_uid(ULTRASOUND.name, "1"),
        Modality="US",
        LossyImageCompression="01",
        LossyImageCompressionRatio=12,
        LossyImageCompressionMethod="ISO_10918_1",
    )


def _write_report(folder: Path) -> None:
    """A study that holds nothing to be shown: a structured report without pixels."""
    write_image(
        folder / REPORT.name / "1.dcm",
        **_labels(REPORT, "Report"),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11",
        SOPInstanceUID=stable_uid(REPORT.name, "1"),
        Modality="SR",
        PixelData=None,
        Rows=None,
        Columns=None,
        SamplesPerPixel=None,
        PhotometricInterpretation=None,
        BitsAllocated=None,
        BitsStored=None,
        HighBit=None,
        PixelRepresentation=None,
    )
