"""Whether an uncompressed pixel value is as long as its header says (PS3.5 8.1.1, 8.2): else its layout may be another one."""

from __future__ import annotations

from fractions import Fraction

from signaling.protocol.reservations import Reservation
from streamer.dicom.dataset_file import OpenDataset

OTHER_LAYOUT = (
    "The pixel data of these images is as long as that of another kind of colour than the file says."
)
_COLOR_LAYOUTS = (Fraction(3), Fraction(2), Fraction(3, 2), Fraction(1))
"""Samples for each pixel: full colour, colour of two pixels together, of four, and grey."""


def is_another_layout(length: int, frame_bytes: int, frames: int, plane_bytes: int) -> bool:
    """Whether a value of `length` bytes of a colour image fits another colour layout than the one of `frame_bytes`.

    `plane_bytes` are those of one sample for each pixel of a frame.
    """
    if _fits(length, frames * frame_bytes):
        return False
    others = (layout * plane_bytes * frames for layout in _COLOR_LAYOUTS)
    return any(size.denominator == 1 and _fits(length, int(size)) for size in others)


def length_doubt(opened: OpenDataset, frame_bytes: int, frames: int) -> str:
    """The code of what is said where the value is shorter or longer than its frames; empty where it is neither.

    Zeros, fewer than another frame has, are what some writers fill up with; all else may be a frame that is not counted, or mean
    that each lies elsewhere. A file that is cut short says the right length: its frames are refused one by one.
    """
    wanted = frames * frame_bytes
    if _fits(opened.pixel_length, wanted):
        return ""
    excess = opened.pixel_length - wanted
    if not 0 < excess < frame_bytes:
        return Reservation.DECODING
    opened.stream.seek(opened.pixel_offset + wanted)
    behind = opened.stream.read(excess)
    return Reservation.DECODING if behind.strip(b"\0") else Reservation.TRAILING_BYTES


def _fits(length: int, wanted: int) -> bool:
    """Values have an even length: one byte may fill it up (PS3.5 7.1.1)."""
    return length in (wanted, wanted + wanted % 2)
