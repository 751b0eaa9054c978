"""Who files say the patient is, and whether two of them can be the same person (PS3.3 C.7.1.1)."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patient:
    """The Patient module as a file has it: name as PN, birth date as DA; empty = not said."""

    name: str = ""
    patient_id: str = ""
    issuer: str = ""
    birth_date: str = ""
    sex: str = ""


class Likeness(enum.StrEnum):
    """How far two files agree about their patient, from the best to the worst."""

    SAME = "same"
    SPELLING = "spelling"
    """Written otherwise, or one file says less: accents, case, padding, name groups, a missing issuer, ID or birth date."""
    DOUBTFUL = "doubtful"
    """Something that should never change differs: the ID, the birth date, the sex, or every word of the name."""
    ANOTHER = "another"
    """ID and birth date both differ: these are two people."""


def likeness(one: Patient, other: Patient) -> Likeness:
    """Whether two files name one patient; symmetrical."""
    if one == other:
        return Likeness.SAME
    ids = _differ(_plain(one.patient_id), _plain(other.patient_id))
    births = _differ(one.birth_date.strip(), other.birth_date.strip())
    if ids and births:
        return Likeness.ANOTHER
    issuers = _differ(_plain(one.issuer), _plain(other.issuer))
    sexes = _differ(one.sex.strip().upper(), other.sex.strip().upper())
    if ids or births or issuers or sexes or not _names_agree(one.name, other.name):
        return Likeness.DOUBTFUL
    return Likeness.SPELLING


def people(patients: Sequence[Patient]) -> tuple[int, ...]:
    """Of each patient the number of the person: 0 is the first one's, and whoever is another than all before gets the next."""
    first: list[Patient] = []
    numbers = []
    known: dict[Patient, int] = {}
    for patient in patients:
        number = known.get(patient)
        if number is None:
            number = next(
                (n for n, person in enumerate(first) if likeness(person, patient) is not Likeness.ANOTHER),
                len(first),
            )
            if number == len(first):
                first.append(patient)
            known[patient] = number
        numbers.append(number)
    return tuple(numbers)


def worst(own: Patient, others: Iterable[Patient]) -> Likeness:
    """The worst likeness of all others to `own`."""
    order = list(Likeness)
    return max((likeness(own, other) for other in others), key=order.index, default=Likeness.SAME)


def _differ(one: str, other: str) -> bool:
    """Whether both say something, and not the same."""
    return bool(one and other and one != other)


def _plain(text: str) -> str:
    """Without accents, case, blanks and signs."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


def _names_agree(one: str, other: str) -> bool:
    """Whether a word of one name is in the other, in any order and group; a name that is not said agrees with all."""
    words = [
        {_plain(word) for word in name.replace("^", " ").replace("=", " ").replace(",", " ").split()} - {""}
        for name in (one, other)
    ]
    return (
        not all(words) or bool(words[0] & words[1]) or "".join(sorted(words[0])) == "".join(sorted(words[1]))
    )
