"""Who files say the patient is, and whether two of them can be the same person (PS3.3 C.7.1.1)."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from streamer.viewer.person_name import Names, compare, plain


@dataclass(frozen=True, slots=True)
class Patient:
    """The Patient module as a file has it: name as PN, birth date as DA; empty = not said."""

    name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""
    groups: str = field(default="", compare=False)
    """Every way in which the file writes the name, where it has several; the same written out is no other patient."""


class Likeness(enum.StrEnum):
    """How far two files agree about their patient, from the best to the worst."""

    SAME = "same"
    SPELLING = "spelling"
    """Written otherwise, or one file says less: accents, case, padding, name groups, a missing issuer, ID or birth date."""
    DOUBTFUL = "doubtful"
    """Something that should not change differs: the ID, its issuer, the birth date, the sex, or the name beyond spelling."""
    ANOTHER = "another"
    """What tells people apart differs so far that these are two: see RULES."""


class Said(enum.StrEnum):
    """How far two files agree about one thing."""

    AGREE = "agree"
    DIFFER = "differ"
    UNSAID = "unsaid"
    """In one or both it is not there: nothing can be told."""


_ANY = frozenset({*Said, *Names})
_OTHERWISE = frozenset({Names.PARTLY, Names.DIFFER})
Agreed = frozenset[str]

RULES: tuple[tuple[Agreed, Agreed, Agreed, Agreed, Likeness], ...] = (
    # ID with issuer           birth date                name                     sex                        grade
    (frozenset({Said.DIFFER}), frozenset({Said.DIFFER}), _ANY, _ANY, Likeness.ANOTHER),
    (frozenset({Said.UNSAID}), frozenset({Said.DIFFER}), _OTHERWISE, _ANY, Likeness.ANOTHER),
    # Without both birth dates nothing says that it is one person: what is not said must not make one of two.
    (frozenset({Said.DIFFER, Said.UNSAID}), frozenset({Said.UNSAID}), _OTHERWISE, _ANY, Likeness.ANOTHER),
    # Two people's images under one ID. With the same sex it may be one person whose data were put right.
    (
        frozenset({Said.AGREE}),
        frozenset({Said.DIFFER}),
        _OTHERWISE,
        frozenset({Said.DIFFER}),
        Likeness.ANOTHER,
    ),
    (frozenset({Said.DIFFER}), _ANY, _ANY, _ANY, Likeness.DOUBTFUL),
    (_ANY, frozenset({Said.DIFFER}), _ANY, _ANY, Likeness.DOUBTFUL),
    (_ANY, _ANY, _ANY, frozenset({Said.DIFFER}), Likeness.DOUBTFUL),
    # Who keeps ID and birth date may take another family name.
    (frozenset({Said.AGREE}), frozenset({Said.AGREE}), frozenset({Names.PARTLY}), _ANY, Likeness.SPELLING),
    (_ANY, _ANY, _OTHERWISE, _ANY, Likeness.DOUBTFUL),
    (_ANY, _ANY, _ANY, _ANY, Likeness.SPELLING),
)
"""The first rule that fits says how far two files that are not equal agree; the table is explained in docs/safety.md."""


def likeness(one: Patient, other: Patient) -> Likeness:
    """Whether two files name one patient; symmetrical."""
    if one == other:
        return Likeness.SAME
    agreed = (
        _ids(one, other),
        _said(one.birth_date.strip(), other.birth_date.strip()),
        compare(one.groups or one.name, other.groups or other.name),
        _said(one.sex.strip().upper(), other.sex.strip().upper()),
    )
    return next(
        rule[-1] for rule in RULES if all(said in part for said, part in zip(agreed, rule[:-1], strict=True))
    )


def people(patients: Sequence[Patient]) -> tuple[int, ...]:
    """Of each patient the number of the person: 0 is the first one's, and who fits none of those before gets the next.

    No two of one number are two people, also where a file that says nothing would fit both.
    """
    persons: list[list[Patient]] = []
    numbers = []
    known: dict[Patient, int] = {}
    for patient in patients:
        number = known.get(patient)
        if number is None:
            number = next(
                (
                    n
                    for n, person in enumerate(persons)
                    if all(likeness(member, patient) is not Likeness.ANOTHER for member in person)
                ),
                len(persons),
            )
            if number == len(persons):
                persons.append([])
            persons[number].append(patient)
            known[patient] = number
        numbers.append(number)
    return tuple(numbers)


def worst(own: Patient, others: Iterable[Patient]) -> Likeness:
    """The worst likeness of all others to `own`."""
    order = list(Likeness)
    return max((likeness(own, other) for other in others), key=order.index, default=Likeness.SAME)


def _said(one: str, other: str) -> Said:
    if not one or not other:
        return Said.UNSAID
    return Said.AGREE if one == other else Said.DIFFER


def _ids(one: Patient, other: Patient) -> Said:
    """One ID of two issuers is two IDs; an issuer that is not said is any."""
    ids = _said(plain(one.patient_id), plain(other.patient_id))
    issuers = _said(plain(one.issuer), plain(other.issuer))
    return Said.DIFFER if ids is Said.AGREE and issuers is Said.DIFFER else ids
