"""One worklist out of the answers of several archives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from signaling.protocol import errors, limits
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import StudyRow, WorklistFilter

DEEPEST = 5_000
"""Rows reached by paging; further down, the search has to be narrowed."""

MAX_TOTAL = 10**9
"""Of the matches that a host may count."""

SORTABLE = frozenset(StudyRow.__struct_fields__) - {"archive", "problem"}
_TEXTS = (
    "text",
    "patient_name",
    "patient_id",
    "accession_number",
    "description",
    "modality",
    "date_from",
    "date_to",
)


def checked(filter_: WorklistFilter) -> WorklistFilter:
    """The filter, its limit within bounds.

    Raises:
        ProtocolError: a text too long, an unknown column, a place too far down.
    """
    for name in _TEXTS:
        if len(getattr(filter_, name)) > limits.SEARCH_TEXT:
            raise ProtocolError(
                errors.TOO_LARGE, f"The search text is longer than {limits.SEARCH_TEXT} characters."
            )
    if filter_.sort.removeprefix("-") not in SORTABLE:
        raise ProtocolError(errors.MALFORMED, "The worklist can't be sorted by that column.")
    limit = max(1, min(filter_.limit, limits.WORKLIST_ROWS))
    if not 0 <= filter_.offset <= DEEPEST - limit:
        raise ProtocolError(
            errors.TOO_MANY,
            f"The list can be paged through up to row {DEEPEST}. Narrow the search to see further.",
        )
    return msgspec.structs.replace(filter_, limit=limit)


def _order(row: StudyRow, column: str) -> tuple[object, ...]:
    value = getattr(row, column)
    if isinstance(value, int):
        return (value,)
    text = "\\".join(value) if isinstance(value, tuple) else value
    return (text.casefold(),)


TWO_PATIENTS = "Two render hosts tell different patients of this study ({}): have the archive looked at."
_WHO = {"patient_id": "ID", "birth_date": "birth date"}


def joined(answers: Iterable[Sequence[StudyRow]]) -> list[StudyRow]:
    """The rows of one archive by several hosts, each study once: as the first host lists it that has most images of it.

    Where they tell different patients of it, the row says so.
    """
    rows: dict[tuple[str, str], StudyRow] = {}
    differ: dict[tuple[str, str], set[str]] = {}
    for answer in answers:
        for row in answer:
            key = (row.archive, row.study)
            before = rows.setdefault(key, row)
            differ.setdefault(key, set()).update(_differing(before, row))
            if row.image_count > before.image_count:
                rows[key] = row
    return [_doubted(row, differ[key]) for key, row in rows.items()]


def _differing(one: StudyRow, other: StudyRow) -> list[str]:
    """In what they tell another patient. What one of them does not tell differs, too."""
    return [name for name in _WHO if getattr(one, name).strip() != getattr(other, name).strip()]


def _doubted(row: StudyRow, differing: set[str]) -> StudyRow:
    if not differing:
        return row
    words = TWO_PATIENTS.format(" and ".join(said for name, said in _WHO.items() if name in differing))
    return msgspec.structs.replace(row, problem=" ".join(filter(None, (words, row.problem))))


def merged(answers: Iterable[Sequence[StudyRow]], filter_: WorklistFilter) -> tuple[StudyRow, ...]:
    """The rows asked for, out of the first `offset + limit` rows of every archive.

    Ties stand in the order of the study's UID and the archive's id, so that pages neither repeat nor skip a row.
    """
    rows = sorted((row for rows in answers for row in rows), key=lambda row: (row.study, row.archive))
    column = filter_.sort.removeprefix("-")
    rows.sort(key=lambda row: _order(row, column), reverse=filter_.sort.startswith("-"))
    return tuple(rows[filter_.offset : filter_.offset + filter_.limit])
