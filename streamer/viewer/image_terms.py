"""The terms of a stack's images gathered: the distinct ones, which image has which, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from streamer.viewer.stack import ImageTerms

MAX_NOTICES = 16
NO_TERMS = 65_535
"""The index on the wire of what has no terms of its own: planes, volumes, and tables that are longer."""


def common_terms(terms: Sequence[ImageTerms]) -> ImageTerms:
    """Of each field the value that all share, else nothing. Losses, notices, doubts and dates of some are said of the whole."""
    if len(terms) == 1:
        return terms[0]
    first = terms[0]
    alike = {
        field.name: getattr(first, field.name)
        for field in fields(ImageTerms)
        if all(getattr(each, field.name) == getattr(first, field.name) for each in terms)
    }
    losses = [each.lossy for each in terms if each.lossy]
    if losses and "lossy" not in alike:
        alike["lossy"] = f"some images {losses[0]}"
    doubts = [each.orientation_doubt for each in terms if each.orientation_doubt]
    alike["orientation_doubt"] = doubts[0] if doubts else ""
    for name in ("dates", "study_dates"):
        known = sorted({date for each in terms for date in getattr(each, name)})
        alike[name] = tuple(dict.fromkeys((*known[:1], *known[-1:])))
    alike["notices"] = tuple(dict.fromkeys(said for each in terms for said in each.notices))[:MAX_NOTICES]
    return ImageTerms(**alike)


def distinct(each: Iterable[ImageTerms]) -> tuple[tuple[ImageTerms, ...], tuple[int, ...]]:
    """The distinct terms in the order in which they come, and the index of each; no indices where all are one."""
    numbers: dict[ImageTerms, int] = {}
    indices = tuple(numbers.setdefault(terms, len(numbers)) for terms in each)
    return tuple(numbers), indices if len(numbers) > 1 else ()
