"""A row of a host, before it is believed: no host puts a study into the list that can't be, or a date that is none."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from signaling.domain.steering_signs import plain, steers
from signaling.protocol.records import StudyRow

UNREADABLE = "!"
"""Begins what is written but is no date or time (StudyRow)."""
MAX_TEXT = 10_240
"""Characters of a text (PS3.5 6.2, LT)."""
MAX_COUNT = 10**9
_MAX_VALUES = 4_096
_MAX_PROBLEM = 2_000
_UID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
"""Wider than PS3.5 (UI), as the indexes of hosts are: files with such UIDs exist, and a study left out is worse."""
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3])(?:[0-5]\d(?:(?:[0-5]\d|60)(?:\.\d{1,9})?)?)?", re.ASCII)


def believed_row(said: StudyRow) -> StudyRow | None:
    """The row as far as it can be true: dates and times that are none behind "!"; None for what is no row of a study."""
    texts = [
        value
        for name, value in msgspec.structs.asdict(said).items()
        if isinstance(value, str) and name != "problem"
    ]
    texts += [*said.modalities[:_MAX_VALUES], *said.body_parts[:_MAX_VALUES]]
    if _UID.fullmatch(said.study) is None or any(len(text) > MAX_TEXT or steers(text) for text in texts):
        return None
    if max(len(said.modalities), len(said.body_parts)) > _MAX_VALUES:
        return None
    if not all(0 <= count <= MAX_COUNT for count in (said.series_count, said.image_count)):
        return None
    return msgspec.structs.replace(
        said,
        birth_date=_date_text(said.birth_date),
        study_date=_date_text(said.study_date),
        study_time=said.study_time if _TIME.fullmatch(said.study_time) else _unreadable(said.study_time),
        problem=plain(said.problem, _MAX_PROBLEM),
    )


def left_out(host: str, count: int) -> str:
    """That rows of a host were not believed, in a sentence."""
    rows = "1 row" if count == 1 else f"{count} rows"
    return f"The render host {host} listed {rows} that can't be of a study: left out here. Look at that host."


def _date_text(said: str) -> str:
    match = _DATE.fullmatch(said)
    if match is None:
        return _unreadable(said)
    try:
        date(*map(int, match.groups()))
    except ValueError:
        return _unreadable(said)
    return said


def _unreadable(said: str) -> str:
    return said if not said or said.startswith(UNREADABLE) else UNREADABLE + said
