"""What comes of decoding one compressed frame, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

DAMAGED = "The compressed image is damaged and can't be decoded."
ENDS_EARLY = "The compressed image is cut short: its data ends before its last pixels."
NO_END_MARK = "The compressed image has no end mark; all its pixels are there."
EXCESS = "The compressed image is followed by bytes that do not belong to it."
AGAINST_LABEL = "The colours were decoded as the image data says, against the label."
PADDING_BYTES = 1
"""So many may follow a codestream unsaid: fragments have an even length (PS3.5 A.4)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`array` is [j, i] or [j, i, 3]; `ybr`: its colours still are; `bits` of the codestream, 0: as in the header.

    `notices` are sentences on what was odd and did no harm.
    """

    array: NDArray[Any]
    ybr: bool = False
    bits: int = 0
    notices: tuple[str, ...] = ()


def end_notices(*, ended: bool, excess: int) -> tuple[str, ...]:
    """What is said of how a codestream ends."""
    if not ended:
        return (NO_END_MARK,)
    return (EXCESS,) if excess > PADDING_BYTES else ()
