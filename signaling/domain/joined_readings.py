"""Two stored documents of one reader's marks on one study, made one: when two archives turn out to be one.

`streamer/viewer/mark_times.py` joins marks that are being read by the same rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from signaling.domain.checkpoints import MARKS_BYTES

MOST_DELETED = 1000
"""So many deleted marks are remembered, those deleted last."""


def joined_marks(newest: str, older: str, saved: tuple[float, float] = (0.0, 0.0)) -> str | None:
    """The marks of both documents, JSON, which were `saved` then (Unix seconds). None where they can't be made one.

    Of a mark that both know, the newest change counts, a deletion as any other; where it is not known, a mark that both have is
    as the newest document has it, and one that an earlier version saved after it was deleted elsewhere is kept.

    What the marks were made on stays known only where it is known of both and of one patient; else it is said at the next
    opening that it is not known.
    """
    first, second = _document(newest), _document(older)
    if first is None or second is None:
        return None
    one, two = _Known(first, saved[0]), _Known(second, saved[1])
    items = [item for name, item in one.items.items() if not two.is_newer(name, one)]
    items += [item for name, item in two.items.items() if two.is_newer(name, one)]
    times = {
        name: at
        for name in one.names | two.names
        if (at := two.stamp(name, one) if two.is_newer(name, one) else one.stamp(name, two))
    }
    changed = _remembered(times, {item["mark"] for item in items})
    if items == first["items"] and changed == _remembered(one.times, one.items.keys()):
        return newest
    whole = {
        **first,
        "format": max(first["format"], second["format"]),
        "version": max(first["version"], second["version"]) + 1,
        "items": items,
        "content": _content(first.get("content"), second.get("content")),
        "changed": changed,
    }
    text = msgspec.json.encode(whole).decode()
    return text if len(text.encode()) <= MARKS_BYTES else None


class _Known:
    """What one document knows of its marks."""

    def __init__(self, document: dict[str, Any], saved: float) -> None:
        self.items = {item["mark"]: item for item in document["items"]}
        self.times: dict[str, float] = dict(document.get("changed", ()))
        self.names = self.items.keys() | self.times.keys()
        # Of one that an earlier version saved nobody knows what it changed before.
        self._unknown = 0.0 if "changed" in document else saved

    def time(self, name: str) -> float:
        """When the mark was changed or deleted last, at the latest; 0 where nothing says so."""
        return self.times.get(name, self._unknown if name in self.items else 0.0)

    def stamp(self, name: str, other: _Known) -> float:
        """By what time the mark is kept as it is here, so that the other one's deletion does not count again; 0 = by none."""
        was_deleted = name in other.times and name not in other.items
        return self.time(name) if was_deleted else self.times.get(name, 0.0)

    def is_newer(self, name: str, newest: _Known) -> bool:
        """Whether this document, the older one, tells the later change of a mark."""
        if name not in newest.names or name not in self.names:
            return name in self.names
        both = name in self.items and name in newest.items
        if both and not (name in self.times and name in newest.times):
            return False
        return self.time(name) > newest.time(name)


def _remembered(times: Mapping[str, float], there: Collection[str]) -> list[list[Any]]:
    """Times by id, as they are stored: of the marks that are there, and of those deleted last."""
    gone = sorted((at, name) for name, at in times.items() if name not in there)[-MOST_DELETED:]
    names = {name for _, name in gone} | {name for name in times if name in there}
    return [[name, times[name]] for name in sorted(names)]


def _document(text: str) -> dict[str, Any] | None:
    """The document as far as it is looked at here; None where it is not what a document of marks is."""
    try:
        found = msgspec.json.decode(text)
        good = (
            isinstance(found["format"], int)
            and isinstance(found["version"], int)
            and all(isinstance(item["mark"], str) for item in found["items"])
            and all(isinstance(name, str) and at >= 0 for name, at in found.get("changed", ()))
        )
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
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
