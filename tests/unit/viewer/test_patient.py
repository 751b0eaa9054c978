"""Two files' patients: one person, the same written otherwise, doubtful, or two people."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

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
    "another issuer and birth date": (replace(SMITH, issuer="CLINIC", birth_date="19820101"), ANOTHER),
    "no ID, and all else of another": (replace(DOE, patient_id=""), ANOTHER),
    "no ID, and a brother's": (
        replace(SMITH, patient_id="", name="SMITH^Peter", birth_date="19620101"),
        ANOTHER,
    ),
    "no ID and another birth date": (replace(SMITH, patient_id="", birth_date="19600318"), DOUBTFUL),
    "the ID, and all else of another": (replace(DOE, patient_id="4711"), ANOTHER),
    "the ID, and name and birth date of another": (replace(DOE, patient_id="4711", sex="M"), DOUBTFUL),
    "another ID and name, no birth date": (replace(DOE, birth_date="", sex=""), ANOTHER),
    "a sister's, no birth date": (
        replace(SMITH, name="SMITH^Jane", patient_id="0815", birth_date=""),
        ANOTHER,
    ),
    "another ID, the name in another spelling, no birth date": (
        replace(SMITH, name="Smíth^J.", patient_id="0815", birth_date=""),
        DOUBTFUL,
    ),
    "another ID, no name, no birth date": (Patient("", "0815"), DOUBTFUL),
    "another issuer and name, no birth date": (
        replace(SMITH, name="DOE^Jane", issuer="CLINIC", birth_date=""),
        ANOTHER,
    ),
    "another ID and name, one birth date": (replace(DOE, birth_date="19600317"), DOUBTFUL),
    "another ID and birth date": (replace(SMITH, patient_id="0815", birth_date="19820101"), ANOTHER),
    "two people": (DOE, ANOTHER),
    "another name and nothing else": (Patient("DOE^Jane"), ANOTHER),
    "a sister's name and nothing else": (Patient("SMITH^Jane"), ANOTHER),
    "the name in another spelling and nothing else": (Patient("Smíth^J."), SPELLING),
    "another name and its birth date, no ID": (Patient("DOE^Jane", birth_date="19600317"), DOUBTFUL),
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


def other_patient(ids: str, birth: str, name: str, sex: str) -> Patient:
    """SMITH with these things changed."""
    patient_id, issuer = {
        "equal": ("4711", "HOSPITAL"), "no issuer": ("4711", ""), "different": ("0815", "HOSPITAL"),
        "missing": ("", ""), "issuer different": ("4711", "CLINIC"),
    }[ids]  # fmt: skip
    return Patient(
        {"equal": "SMITH^John", "spelling": "Smíth^Jon", "different": "SMITH^Mary", "missing": ""}[name],
        patient_id,
        issuer,
        {"equal": "19600317", "different": "19820101", "missing": ""}[birth],
        {"equal": "M", "different": "F", "missing": ""}[sex],
    )


IDS = ("equal", "no issuer", "different", "missing", "issuer different")
NAMES = ("equal", "spelling", "different", "missing")
SAYS = ("equal", "different", "missing")


def is_another(ids: str, birth: str, name: str, sex: str) -> bool:
    """The whole of what makes two people of two files."""
    if ids in ("different", "issuer different"):
        return birth == "different" or (birth == "missing" and name == "different")
    if birth == "equal" or name != "different":
        return False
    return ids == "missing" or (birth == "different" and sex == "different")


@pytest.mark.parametrize(("ids", "birth", "name", "sex"), [*product(IDS, SAYS, NAMES, SAYS)])
def test_two_people_are_told_by_all_that_files_say(ids: str, birth: str, name: str, sex: str) -> None:
    other = other_patient(ids, birth, name, sex)
    differs = ids in ("different", "issuer different") or "different" in (birth, sex)
    renamed = name == "different" and not (ids in ("equal", "no issuer") and birth == "equal")
    if is_another(ids, birth, name, sex):
        expected = ANOTHER
    elif differs or renamed:
        expected = DOUBTFUL
    else:
        expected = SAME if other == SMITH else SPELLING
    assert likeness(SMITH, other) is expected
    assert likeness(other, SMITH) is expected


@pytest.mark.parametrize(
    ("name", "expected"), [("DOE^Jane", ANOTHER), ("SMITH^Mary", ANOTHER), ("Smith^J", DOUBTFUL)]
)
@pytest.mark.parametrize("births", [("", ""), ("19600317", ""), ("", "19820101")])
@pytest.mark.parametrize("ids", [("4711", "0815"), ("4711", ""), ("", "0815"), ("", "")])
def test_another_name_is_another_person_where_neither_id_nor_birth_date_says_that_it_is_one(
    name: str, expected: Likeness, births: tuple[str, str], ids: tuple[str, str]
) -> None:
    one = replace(SMITH, patient_id=ids[0], birth_date=births[0])
    other = Patient(name, ids[1], "HOSPITAL", births[1], "M")
    if "" in ids and expected is DOUBTFUL:
        expected = SPELLING
    assert likeness(one, other) is expected
    assert likeness(other, one) is expected
    assert people([one, other, one]) == ((0, 1, 0) if expected is ANOTHER else (0, 0, 0))


def test_no_two_people_have_one_number_whatever_stands_between_them() -> None:
    anna = Patient("MEIER^Anna", "", "", "19500101", "F")
    berta = Patient("MEIER^Berta", "", "", "19610101", "F")
    nobody, nameless = Patient(), replace(anna, name="")
    for order in permutations([anna, berta, nobody, nameless]):
        numbers = people(order)
        for one, first in zip(order, numbers, strict=True):
            for other, second in zip(order, numbers, strict=True):
                assert first != second or likeness(one, other) is not ANOTHER


def test_every_group_of_a_name_is_compared() -> None:
    both = Patient("Yamada^Tarou", "", "", "19500101", "M", "Yamada^Tarou 山田^太郎 やまだ^たろう")
    same = Patient("山田^太郎", "", "", "19500102", "M", "山田^太郎")
    another = Patient("鈴木^花子", "", "", "19500102", "M", "鈴木^花子")
    assert likeness(both, same) is DOUBTFUL
    assert likeness(both, another) is ANOTHER
