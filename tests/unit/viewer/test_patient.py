"""Two files' patients: one person, the same written otherwise, doubtful, or two people."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from streamer.viewer.patient import Likeness, Patient, likeness, people

SMITH = Patient("SMITH^John", "4711", "HOSPITAL", "19600317", "M")
DOE = Patient("DOE^Jane", "0815", "HOSPITAL", "19820101", "F")
SAME, SPELLING, DOUBTFUL, ANOTHER = Likeness

TABLE = {
    "equal": (SMITH, SAME),
    "case": (replace(SMITH, name="Smith^John"), SPELLING),
    "accents": (replace(SMITH, name="SMÍTH^Jöhn"), SPELLING),
    "padding": (replace(SMITH, patient_id=" 4711 ", name="SMITH^John^^^"), SPELLING),
    "name in one component": (replace(SMITH, name="SMITH John"), SPELLING),
    "another name group": (replace(SMITH, name="SMITH^John=スミス^ジョン"), SPELLING),
    "no name": (replace(SMITH, name=""), SPELLING),
    "no issuer": (replace(SMITH, issuer=""), SPELLING),
    "no ID": (replace(SMITH, patient_id=""), SPELLING),
    "no birth date": (replace(SMITH, birth_date=""), SPELLING),
    "nothing said": (Patient(), SPELLING),
    "married": (replace(SMITH, name="JONES^John"), SPELLING),
    "another name": (replace(SMITH, name="DOE^Jane"), DOUBTFUL),
    "another sex": (replace(SMITH, sex="F"), DOUBTFUL),
    "another ID": (replace(SMITH, patient_id="0815"), DOUBTFUL),
    "another birth date": (replace(SMITH, birth_date="19600318"), DOUBTFUL),
    "another issuer": (replace(SMITH, issuer="CLINIC"), DOUBTFUL),
    "another ID and name, no birth date": (replace(DOE, birth_date="", sex=""), DOUBTFUL),
    "another ID and birth date": (replace(SMITH, patient_id="0815", birth_date="19820101"), ANOTHER),
    "two people": (DOE, ANOTHER),
}


@pytest.mark.parametrize(("other", "expected"), TABLE.values(), ids=TABLE)
def test_how_far_two_files_agree(other: Patient, expected: Likeness) -> None:
    assert likeness(SMITH, other) is expected
    assert likeness(other, SMITH) is expected


def test_people_are_told_apart_in_any_order() -> None:
    spelled = replace(SMITH, name="Smith^J")
    for order in permutations([SMITH, DOE, spelled, DOE]):
        numbers = people(order)
        assert numbers[0] == 0
        by_person: dict[int, set[str]] = {}
        for patient, number in zip(order, numbers, strict=True):
            by_person.setdefault(number, set()).add(patient.patient_id)
        assert sorted(map(sorted, by_person.values())) == [["0815"], ["4711"]]
