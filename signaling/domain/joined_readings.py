"""Two stored documents of one reader's marks on one study, made one: when two archives turn out to be one."""

from __future__ import annotations

from typing import Any

import msgspec

from signaling.domain.checkpoints import MARKS_BYTES


def joined_marks(newest: str, older: str) -> str | None:
    """The marks of both documents, JSON: of a mark that both have, as the newest has it. None where they can't be made one.

    What the marks were made on stays known only where it is known of both and of one patient; else it is said at the next
    opening that it is not known.
    """
    first, second = _document(newest), _document(older)
    if first is None or second is None:
        return None
    known = {item["mark"] for item in first["items"]}
    added = [item for item in second["items"] if item["mark"] not in known]
    if not added:
        return newest
    whole = {
        **first,
        "format": max(first["format"], second["format"]),
        "version": max(first["version"], second["version"]) + 1,
        "items": [*first["items"], *added],
        "content": _content(first.get("content"), second.get("content")),
    }
    text = msgspec.json.encode(whole).decode()
    return text if len(text.encode()) <= MARKS_BYTES else None


def _document(text: str) -> dict[str, Any] | None:
    """The document as far as it is looked at here; None where it is not what a document of marks is."""
    try:
        found = msgspec.json.decode(text)
        good = (
            isinstance(found["format"], int)
            and isinstance(found["version"], int)
            and all(isinstance(item["mark"], str) for item in found["items"])
        )
    except (msgspec.DecodeError, KeyError, TypeError):
        return None
    return found if good else None


def _content(newest: Any, older: Any) -> Any:
    try:
        if newest["patient"] != older["patient"]:
            return None
        known = {stack["key"] for stack in newest["stacks"]}
        rest = [stack for stack in older["stacks"] if stack["key"] not in known]
        return {**newest, "stacks": [*newest["stacks"], *rest]}
    except (KeyError, TypeError):
        return None
