"""What comes of decoding one compressed frame, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation

DAMAGED = "The compressed image is damaged and can't be decoded."
ENDS_EARLY = "The compressed image is cut short: its data ends before its last pixels."
SUBSAMPLED = "Images in this kind of subsampled colour can't be read."
STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
"""A codestream's first bytes: JPEG and JPEG-LS (SOI), JPEG 2000 and HTJ2K (SOC), boxes of the latter."""
PADDING_BYTES = 1
"""So many may follow a codestream unsaid: fragments have an even length (PS3.5 A.4)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`array` is [j, i] or [j, i, 3]; `ybr`: its colours still are; `bits` of the codestream, 0: as in the header.

    `signed`: whether the codestream says that its values have a sign, None where it can't say.
    `notices` are codes (signaling.protocol.reservations) of what was odd and did no harm.
    """

    array: NDArray[Any]
    ybr: bool = False
    bits: int = 0
    notices: tuple[str, ...] = ()
    signed: bool | None = None


def end_notices(data: bytes, *, ended: bool, excess: int) -> tuple[str, ...]:
    """What is said of how a codestream ends, with `excess` bytes of `data` behind it.

    Another codestream there is an image that is not counted, or that of the next frame: then it is doubted which is shown.
    """
    if not ended:
        return (Reservation.END_MARK,)
    if excess <= PADDING_BYTES:
        return ()
    behind = data[len(data) - excess :].lstrip(b"\0")
    return (Reservation.DECODING if behind.startswith(STARTS) else Reservation.TRAILING_BYTES,)
