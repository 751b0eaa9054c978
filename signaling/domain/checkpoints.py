"""Views and marks of (person, study), kept so that a reading goes on as it was left."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError

ID_LENGTH = 64
VIEW_SECONDS = 72 * 3600.0
VIEW_BYTES = 64 * 1024
MARKS_BYTES = 2 * 1024 * 1024


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
