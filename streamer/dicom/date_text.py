"""Dates, times and ages of a file (PS3.5 6.2: DA, TM, AS), checked against the calendar and the clock.

What is there but is none of these is kept as it is written, behind a mark; so it is neither taken for a date nor lost. The page
has the same rule (web/format/dicom_date.js); tests/data/dates.json holds both to one table.
"""

from __future__ import annotations

import re
from datetime import date

UNREADABLE = "!"
"""Begins what is written but is no date. It sorts behind nothing and before every digit, so that known dates keep their order."""
OLDEST_YEARS = 150
"""Nobody is older."""

_DATE = re.compile(r"(\d{4})([.-]?)(\d{2})\2(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2})(?:(:?)(\d{2})(?:\2(\d{2})(\.\d{1,9})?)?)?", re.ASCII)
_AGE = re.compile(r"(\d{3})([DWMY])", re.ASCII)


def date_text(written: str) -> str:
    """A date as YYYYMMDD: "2024.03.09" is "20240309"; "20240230" is "!20240230"; nothing stays nothing."""
    match = _DATE.fullmatch(written)
    if match is None:
        return _unreadable(written)
    year, _, month, day = match.groups()
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return _unreadable(written)
    return year + month + day


def time_text(written: str) -> str:
    """A time as HH, HHMM or HHMMSS, with its fraction: "14:03" is "1403"; "25:61" is "!25:61"; a leap second is one."""
    match = _TIME.fullmatch(written)
    if match is None:
        return _unreadable(written)
    hour, _, minute, second, fraction = match.groups(default="")
    if int(hour) > 23 or int(minute or 0) > 59 or int(second or 0) > 60:
        return _unreadable(written)
    return hour + minute + second + fraction


def age_text(written: str) -> str:
    """An age as nnnD, nnnW, nnnM or nnnY; "58Y" is "!58Y", and so is what nobody reaches."""
    match = _AGE.fullmatch(written)
    if match is None or (match[2] == "Y" and int(match[1]) > OLDEST_YEARS):
        return _unreadable(written)
    return written


def _unreadable(written: str) -> str:
    return UNREADABLE + written if written else ""
