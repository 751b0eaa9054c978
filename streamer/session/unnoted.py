"""Changes of a study that the reader was told of and has not noted: they are told again until they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from signaling.protocol.records import ContentChange

_Kind = tuple[str, str, int | None]
_OF_THE_WHOLE = frozenset({"patient", "doubtful", "unknown"})
"""What is said of a study as a whole: said twice it says no more."""


def joined(changes: Iterable[ContentChange]) -> tuple[ContentChange, ...]:
    """The changes as a view keeps them: those of a kind in a series as one, with the sum of their images.

    The series' index is left out: it is another when the study grows.
    """
    found: dict[_Kind, ContentChange] = {}
    for change in changes:
        before = found.get(_kind(change))
        count = change.count + (before.count if before else 0)
        found[_kind(change)] = msgspec.structs.replace(change, series=-1, count=count)
    return tuple(found.values())


def still_unnoted(
    kept: Iterable[ContentChange], changes: Iterable[ContentChange]
) -> tuple[ContentChange, ...]:
    """Of what a view kept as not noted, that which `changes`, found anew, do not tell already.

    A view is made anew after a change, so that a change like the one kept is a second one. Marks are compared with what they
    were made on for as long as they are not measured anew: there it is the same one.
    """
    told = {_kind(change) for change in changes if change.of == "marks" or change.change in _OF_THE_WHOLE}
    return tuple(change for change in kept if _kind(change) not in told)


def _kind(change: ContentChange) -> _Kind:
    return change.of, change.change, change.series_number
