"""Single files that show what a scanner of other kinds sends: from the package pydicom-data, else those inside pydicom itself.

They are public samples. Each gets a patient who does not exist and UIDs of its own; its pixels stay as they are.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID

from streamer.demo.debian_package import Unavailable
from streamer.demo.series_writer import DemoPatient, save, stable_uid

PACKAGE = "pydicom-data"
VERSION = "1.0.0"
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of a package and what it is shown as."""

    file: str
    name: str
    patient: DemoPatient
    date: str
    study_description: str
    description: str
    body_part: str = ""


_ULTRASOUND = DemoPatient("Demo^Ultrasound", "DEMO-0003", "19830506", "F")
_RADIOGRAPH = DemoPatient("Demo^Radiograph", "DEMO-0004", "19400305", "F")
_PERFUSION = DemoPatient("Demo^Perfusion", "DEMO-0005", "19500704", "M")
_SHOULDER = DemoPatient("Demo^Shoulder", "DEMO-0006", "19500112", "M")
_BONES = DemoPatient("Demo^Bones", "DEMO-0007", "19620818", "M")
_OBSTETRIC = DemoPatient("Demo^Obstetric", "DEMO-0008", "19900210", "F")
_KIDNEY = DemoPatient("Demo^Kidney", "DEMO-0009", "19770129", "M")
_BRAIN = DemoPatient("Demo^Multiframe", "DEMO-0010", "19690601", "O")

FETCHED = (
    Sample(
        "color3d_jpeg_baseline.dcm",
        "us-cine",
        _ULTRASOUND,
        "20250503",
        "Ultrasound cine",
        "Cine, colour",
        "ABDOMEN",
    ),
    Sample("RG1_UNCR.dcm", "cr-thorax", _RADIOGRAPH, "20250111", "Thorax, radiograph", "Thorax", "CHEST"),
    Sample(
        "RG3_J2KR.dcm", "cr-tibia", _RADIOGRAPH, "20230327", "Tibia, radiograph", "Distal tibia", "EXTREMITY"
    ),
    Sample(
        "eCT_Supplemental.dcm",
        "ct-enhanced",
        _PERFUSION,
        "20250219",
        "CT perfusion, multi-frame",
        "Enhanced CT",
        "HEAD",
    ),
    Sample("MR2_J2KR.dcm", "mr-shoulder", _SHOULDER, "20240826", "MR shoulder", "Shoulder", "SHOULDER"),
    Sample("JPEG-LL.dcm", "nm-bones", _BONES, "20240711", "Whole body bone scan", "Whole body", "WHOLEBODY"),
    Sample(
        "OBXXXX1A_rle.dcm",
        "us-palette",
        _OBSTETRIC,
        "20240515",
        "Obstetric ultrasound",
        "Palette colour",
        "UTERUS",
    ),
    Sample("US1_J2KR.dcm", "us-colour", _KIDNEY, "20240304", "Ultrasound", "Colour", "ABDOMEN"),
    Sample(
        "emri_small.dcm", "mr-enhanced", _BRAIN, "20240122", "MR, multi-frame (small)", "Enhanced MR", "HEAD"
    ),
)
BUNDLED = (
    Sample(
        "examples_ybr_color.dcm",
        "us-cine",
        _ULTRASOUND,
        "20250503",
        "Ultrasound cine",
        "Cine, colour",
        "ABDOMEN",
    ),
    Sample("examples_palette.dcm", "us-palette", _OBSTETRIC, "20240515", "Ultrasound", "Palette colour", ""),
    Sample("examples_jpeg2k.dcm", "us-colour", _KIDNEY, "20240304", "Ultrasound", "Colour", "ABDOMEN"),
    Sample("examples_overlay.dcm", "mr-liver", _SHOULDER, "20240826", "MR abdomen", "Liver", "LIVER"),
)
_PERSONAL = ("Patient", "OtherPatient", "Institution", "Station")
_KEPT = frozenset({"PatientOrientation", "PatientPosition"})


def write_samples(source: Path, samples: tuple[Sample, ...], folder: Path) -> int:
    """Writes the samples, each into a folder of its name; how many."""
    count = 0
    for sample in samples:
        path = source / sample.file
        if path.is_file():
            (folder / sample.name).mkdir(parents=True, exist_ok=True)
            save(relabelled(path, sample), folder / sample.name / "0001.dcm")
            count += 1
    return count


def relabelled(path: Path, sample: Sample) -> FileDataset:
    """The file with the fictitious patient, without private elements and names of persons."""
    dataset = pydicom.dcmread(path)
    dataset.remove_private_tags()
    _forget_persons(dataset)
    patient = sample.patient
    study = f"samples/{patient.patient_id}/{sample.date}"
    dataset.PatientName, dataset.PatientID, dataset.IssuerOfPatientID = (
        patient.name,
        patient.patient_id,
        patient.issuer,
    )
    dataset.PatientBirthDate, dataset.PatientSex = patient.birth_date, patient.sex
    dataset.PatientComments = "Demonstration data. Not a real patient."
    dataset.StudyInstanceUID = stable_uid(study)
    dataset.SeriesInstanceUID = stable_uid(study, sample.name)
    dataset.SOPInstanceUID = UID(stable_uid(study, sample.name, "1"))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = sample.date
    dataset.StudyTime = "090000"
    dataset.StudyDescription = f"{sample.study_description} (demonstration)"
    dataset.SeriesDescription = sample.description
    dataset.SeriesNumber = dataset.InstanceNumber = 1
    dataset.AccessionNumber = f"DEMO-S{patient.patient_id[-2:]}"
    if sample.body_part:
        dataset.BodyPartExamined = sample.body_part
    return dataset


def _forget_persons(dataset: Dataset) -> None:
    """Empties every person's name and the institution, and drops what else points to a person."""
    for element in list(dataset):
        if element.VR == "SQ":
            for item in element.value:
                _forget_persons(item)
        elif element.VR == "PN":
            element.value = ""
        elif element.keyword.startswith(_PERSONAL) and element.keyword not in _KEPT:
            del dataset[element.tag]


def bundled_folder() -> Path:
    """Where pydicom keeps its own samples."""
    return Path(pydicom.__file__).parent / "data" / "test_files"


@contextmanager
def fetched_folder() -> Iterator[Path]:
    """The folder of pydicom-data's files: where it is installed, else fetched by its name into a temporary folder.

    Raises:
        Unavailable: it can't be fetched.
    """
    spec = importlib.util.find_spec("data_store")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "data"
        return
    with tempfile.TemporaryDirectory(prefix="farview-demo-") as target:
        _fetch(target)
        yield Path(target) / "data_store" / "data"


def _fetch(target: str) -> None:
    wanted = ["--no-deps", "--only-binary", ":all:", "--target", target, f"{PACKAGE}=={VERSION}"]
    uv = shutil.which(
        "uv", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    )
    commands = [[uv, "pip", "install", "-q", "--python", sys.executable, *wanted]] if uv else []
    if importlib.util.find_spec("pip") is not None:
        commands.append([sys.executable, "-m", "pip", "install", "-q", *wanted])
    reason = "there is neither uv nor pip"
    for command in commands:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = type(error).__name__
            continue
        if done.returncode == 0:
            return
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    raise Unavailable(f"The package {PACKAGE} could not be fetched: {reason}")
