"""Files of one study that name different patients: people are told apart, spellings are said, nobody is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamer.ipc.messages import StudyDescribed
from tests.unit.indexer.scanned_study import scanned

SMITH = {"PatientName": "SMITH^John", "PatientID": "4711", "PatientBirthDate": "19600317", "PatientSex": "M"}
DOE = {"PatientName": "DOE^Jane", "PatientID": "0815", "PatientBirthDate": "19820101", "PatientSex": "F"}


def described(tmp_path: Path, *images: dict[str, Any]) -> StudyDescribed:
    """The study of these images, one file each."""
    return scanned(tmp_path, *images)[1]


@pytest.mark.parametrize("series", ["1.3.1", "1.3.2"], ids=["in one series", "in another series"])
@pytest.mark.parametrize(
    "ids",
    [
        ({}, {}),
        ({"PatientID": ""}, {"PatientID": ""}),
        ({}, {"PatientID": ""}),
        ({"IssuerOfPatientID": "HOSPITAL"}, {"PatientID": "4711", "IssuerOfPatientID": "CLINIC"}),
        ({}, {"PatientID": "4711"}),
        ({"PatientBirthDate": ""}, {}),
        ({}, {"PatientBirthDate": ""}),
        ({"PatientBirthDate": "", "PatientSex": ""}, {"PatientBirthDate": "", "PatientSex": ""}),
    ],
    ids=[
        "of another ID",
        "no IDs",
        "one without ID",
        "of another issuer",
        "of the same ID",
        "the first without birth date",
        "the other without birth date",
        "no birth dates",
    ],
)
def test_another_persons_images_are_stacks_of_their_own_under_their_own_name(
    tmp_path: Path, series: str, ids: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    own = {"SeriesInstanceUID": "1.3.1", **SMITH, **ids[0]}
    study = described(tmp_path, own, own, {"SeriesInstanceUID": series, **DOE, **ids[1]})
    assert [person.patient_name for person in study.study.people] == ["DOE^Jane"]
    assert study.study.patient_name == "SMITH^John"
    assert study.study.likeness == "same"
    owners = {
        frame.sop_instance_uid: plan.stack.patient for plan in study.plans for frame in plan.stack.frames
    }
    assert owners == {"1.2.3.1": 0, "1.2.3.2": 0, "1.2.3.3": 1}
    assert len({plan.stack.key for plan in study.plans}) == len(study.plans)


@pytest.mark.parametrize(
    ("change", "likeness"),
    [
        ({}, "same"),
        ({"PatientName": "Smith^John^^"}, "spelling"),
        ({"PatientName": "SMÍTH^John", "SpecificCharacterSet": "ISO_IR 100"}, "spelling"),
        ({"PatientID": ""}, "spelling"),
        ({"PatientBirthDate": ""}, "spelling"),
        ({"IssuerOfPatientID": "HOSPITAL"}, "spelling"),
        ({"PatientID": "0815"}, "doubtful"),
        ({"PatientBirthDate": "19600318"}, "doubtful"),
        ({"PatientName": "DOE^Jane"}, "doubtful"),
    ],
)
def test_less_than_that_is_one_stack_and_said(tmp_path: Path, change: dict[str, Any], likeness: str) -> None:
    own = {"SeriesInstanceUID": "1.3.1", **SMITH}
    study = described(tmp_path, own, own | change)
    assert study.study.likeness == likeness
    assert len(study.study.spellings) == (likeness != "same")
    assert study.study.people == ()
    assert [len(plan.stack.frames) for plan in study.plans] == [2]
    assert study.plans[0].stack.patient == 0
