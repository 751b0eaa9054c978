"""The file of a month: what was found so far, so that one that ended can be gone on with."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import msgspec

from scripts.soaking.growth import Growth
from scripts.soaking.month.month import Month
from scripts.soaking.month.reader import MonthFound
from scripts.soaking.month.rows import Row

FORMAT = 1


class _Record(msgspec.Struct):
    format: int
    asked: int
    studies: int
    openings: int
    seconds: float
    pieces: int
    cap_bytes: int
    decoded_bytes: int
    counts: dict[str, int]
    findings: list[str]
    most_cache: int
    rows: list[Row]
    growths: list[Growth]
    marks: dict[str, dict[str, int]]
    processor_seconds: float


def path_of(folder: Path, seed: int) -> Path:
    """Where a month of that seed is written down."""
    return folder / f"month-{seed}.json"


def save(path: Path, month: Month) -> None:
    """Writes it whole or not at all."""
    found = month.found
    record = _Record(
        FORMAT, month.asked, month.studies, month.openings, month.seconds, month.pieces, month.cap_bytes,
        month.decoded_bytes, dict(found.counts), found.findings, found.most_cache, month.rows, month.all_growths,
        month.marks, month.processor_seconds,
    )  # fmt: skip
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    os.replace(temporary, path)


def load(path: Path, asked: int) -> Month:
    """What was found so far, of a month that is now to have so many openings.

    Raises:
        FileNotFoundError: there was none.
        ValueError: the file is not one of this version's.
    """
    try:
        record = msgspec.json.decode(path.read_bytes(), type=_Record)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} can't be gone on with: {error}") from None
    if record.format != FORMAT:
        raise ValueError(f"{path} can't be gone on with: it is of format {record.format}")
    found = MonthFound(Counter(record.counts), record.findings, record.most_cache)
    return Month(
        asked, record.studies, record.openings, record.seconds, record.pieces, record.cap_bytes, record.decoded_bytes,
        found, rows=record.rows, growths=record.growths, marks=record.marks, began=record.seconds,
        processor_seconds=record.processor_seconds,
    )  # fmt: skip
