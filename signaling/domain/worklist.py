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


def joined(answers: Iterable[Sequence[StudyRow]]) -> list[StudyRow]:
    """The rows of one archive by several hosts, each study once: as the first host lists it that has images to it."""
    rows: dict[tuple[str, str], StudyRow] = {}
    for answer in answers:
        for row in answer:
            before = rows.get((row.archive, row.study))
            if before is None or row.image_count > before.image_count:
                rows[row.archive, row.study] = row
    return list(rows.values())


def merged(answers: Iterable[Sequence[StudyRow]], filter_: WorklistFilter) -> tuple[StudyRow, ...]:
    """The rows asked for, out of the first `offset + limit` rows of every archive.

    Ties stand in the order of the study's UID and the archive's id, so that pages neither repeat nor skip a row.
    """
    rows = sorted((row for rows in answers for row in rows), key=lambda row: (row.study, row.archive))
    column = filter_.sort.removeprefix("-")
    rows.sort(key=lambda row: _order(row, column), reverse=filter_.sort.startswith("-"))
    return tuple(rows[filter_.offset : filter_.offset + filter_.limit])
