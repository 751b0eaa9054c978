"""Views and marks of (person, study), kept so that a reading goes on as it was left."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import JsonObject

ID_LENGTH = 64
VIEW_SECONDS = 72 * 3600.0
VIEW_BYTES = 64 * 1024
MARKS_BYTES = 2 * 1024 * 1024
_UID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class ReadingKey:
    """Whose reading of what. Studies are named by archive and StudyInstanceUID."""

    tenant: str
    user: str
    archive: str
    study: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """JSON texts, None where nothing is stored; `saved_at` is of the view, Unix seconds."""

    view: str | None
    marks: str | None
    saved_at: float


def check_key(key: ReadingKey) -> None:
    """Refuse ids that the database has no room for: a host sends them, and may send anything.

    Raises:
        ProtocolError: one is empty or too long.
    """
    for name, text in asdict(key).items():
        if not 0 < len(text) <= ID_LENGTH:
            raise ProtocolError(errors.MALFORMED, f"The {name} of a reading has 1 to {ID_LENGTH} characters.")


def check_study(study: str) -> None:
    """Refuse what names no study. A UID has digits and dots (PS3.5 9.1); letters and signs occur, blanks and controls do not.

    Raises:
        ProtocolError: it is none.
    """
    if not _UID.fullmatch(study):
        raise ProtocolError(errors.MALFORMED, "The study of a reading is named by a UID.")


def check_formats(view: JsonObject, marks: JsonObject | None) -> None:
    """Refuse documents that name no format: no program could read them again, and they would replace what can be read.

    Of a format that this server does not know yet they are the hosts' own affair.

    Raises:
        ProtocolError: one names none.
    """
    for what, document in (("view", view), ("marks", marks)):
        number = 1 if document is None else document.get("format")
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ProtocolError(errors.MALFORMED, f"The {what} name no format and were not saved.")


def oldest_view_kept(now: float) -> float:
    """Views saved before this moment are forgotten."""
    return now - VIEW_SECONDS


def check_sizes(view: str, marks: str | None) -> None:
    """Refuse what no reading needs.

    Raises:
        ProtocolError: too large.
    """
    for what, text, limit in (("view", view, VIEW_BYTES), ("marks", marks or "", MARKS_BYTES)):
        if len(text.encode()) > limit:
            raise ProtocolError(
                errors.TOO_LARGE, f"The {what} take more than {limit} bytes and were not saved."
            )
