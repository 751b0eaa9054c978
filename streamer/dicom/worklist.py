"""The worklist's query: filters, order and a window of rows."""

from __future__ import annotations

import sqlite3

from signaling.protocol.limits import SEARCH_TEXT, WORKLIST_ROWS
from signaling.protocol.records import StudyRow, WorklistFilter
from streamer.dicom.study_summary import SEPARATOR, fold

_COLUMNS = (
    "study", "patient_name", "patient_id", "issuer", "birth_date", "sex", "study_date", "study_time", "accession_number",
    "description", "modalities", "body_parts", "series_count", "image_count", "problem",
)  # fmt: skip
_SORTS = {
    "study_date": "study_date {0}, study_time {0}",
    "patient_name": "name_search {0}",
    "patient_id": "id_search {0}",
    "birth_date": "birth_date {0}",
    "accession_number": "accession_search {0}",
    "description": "description_search {0}",
    "modalities": "modalities {0}",
    "modality": "modalities {0}",
    "series_count": "series_count {0}",
    "image_count": "image_count {0}",
}
_SEARCHED = ("name_search", "id_search", "accession_search", "description_search")
_MOST_WORDS = 8


def worklist(
    connection: sqlite3.Connection, archive: str, wanted: WorklistFilter
) -> tuple[tuple[StudyRow, ...], int]:
    """The rows asked for (at most WORKLIST_ROWS) and how many there are in all."""
    where, values = _where(wanted)
    total = connection.execute(f"SELECT COUNT(*) FROM studies WHERE {where}", values).fetchone()[0]
    limit = max(0, min(wanted.limit, WORKLIST_ROWS))
    rows = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM studies WHERE {where} ORDER BY {_order(wanted.sort)} LIMIT ? OFFSET ?",
        (*values, limit, max(0, wanted.offset)),
    )
    return tuple(_study_row(archive, row) for row in rows), int(total)


def _study_row(archive: str, row: tuple[object, ...]) -> StudyRow:
    fields = dict(zip(_COLUMNS, row, strict=True))
    for name in ("modalities", "body_parts"):
        fields[name] = tuple(filter(None, str(fields[name]).split(SEPARATOR)))
    return StudyRow(archive=archive, **fields)  # type: ignore[arg-type]


def _order(sort: str) -> str:
    descending = sort.startswith("-")
    pattern = _SORTS.get(sort.lstrip("-"), _SORTS["study_date"])
    return pattern.format("DESC" if descending else "ASC") + ", study ASC"


def _where(wanted: WorklistFilter) -> tuple[str, list[str]]:
    """Every word of the text must occur in one of the searched columns; the other filters are joined by AND."""
    clauses, values = ["1"], list[str]()
    for word in fold(wanted.text[:SEARCH_TEXT]).split()[:_MOST_WORDS]:
        clauses.append("(" + " OR ".join(f"instr({column}, ?) > 0" for column in _SEARCHED) + ")")
        values += [word] * len(_SEARCHED)
    named = (
        ("name_search", wanted.patient_name),
        ("id_search", wanted.patient_id),
        ("accession_search", wanted.accession_number),
        ("description_search", wanted.description),
    )
    for column, text in named:
        for word in fold(text[:SEARCH_TEXT].replace("*", " ")).split()[:_MOST_WORDS]:
            clauses.append(f"instr({column}, ?) > 0")
            values.append(word)
    if wanted.modality:
        chosen = [part for part in wanted.modality.upper().replace(",", SEPARATOR).split(SEPARATOR) if part][
            :_MOST_WORDS
        ]
        column = f"'{SEPARATOR}' || modalities || '{SEPARATOR}'"
        clauses.append("(" + " OR ".join(f"instr({column}, ?) > 0" for _ in chosen) + ")" if chosen else "1")
        values += [f"{SEPARATOR}{part.strip()}{SEPARATOR}" for part in chosen]
    if wanted.date_from:
        clauses.append("study_date >= ?")
        values.append(_day(wanted.date_from))
    if wanted.date_to:
        clauses.append("study_date >= '0' AND study_date <= ?")  # Neither none nor one that can't be read.
        values.append(_day(wanted.date_to))
    return " AND ".join(clauses), values


def _day(text: str) -> str:
    return text.replace("-", "").replace(".", "")[:8]
