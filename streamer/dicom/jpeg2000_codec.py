"""JPEG 2000 by OpenJPEG, HTJ2K by OpenJPH, with what the latter does not see to: cut data, and values beyond the range."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom import transfer_syntax, unheard_errors
from streamer.dicom.decoded import DAMAGED, ENDS_EARLY, SUBSAMPLED, Decoded, end_notices
from streamer.dicom.faults import BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.jpeg2000_markers import END_OF_CODESTREAM, Jpeg2000Head, read_tile_parts

_DEEPER = {8: 14, 16: 20}
"""Bits declared for codestreams of up to so many bits: what overshoots still lies well within 16 or 32."""


def decode_jpeg_2000(data: bytes, head: Jpeg2000Head, pixels: PixelFields) -> Decoded:
    """A frame of JPEG 2000 or HTJ2K. Where the multiple component transform is used, it is undone: RGB comes out (PS3.5 8.2.4).

    `data` is the bare codestream: decoders do what boxes around it ask for, with its colours too.

    Raises:
        BadFrame: data lacks, or it is damaged.
    """
    if head.subsampled:
        raise BadFrame(
            SUBSAMPLED
        )  # The decoder would take the colours for YCbCr by itself, and convert them.
    parts = read_tile_parts(data, head)
    if not parts.framed:
        raise BadFrame(DAMAGED)
    if not parts.whole:
        raise BadFrame(ENDS_EARLY)
    if not parts.ended:
        data = data[: parts.end] + END_OF_CODESTREAM
    if pixels.transfer_syntax in transfer_syntax.HTJ2K_ALL:
        array = _htj2k(data, head, lossless=pixels.transfer_syntax != transfer_syntax.HTJ2K)
    else:
        array = imagecodecs.jpeg2k_decode(data)
    notices = end_notices(data, ended=parts.ended, excess=parts.excess)
    if not (head.reversible and head.all_reversible and parts.reversible):
        notices = (Reservation.LOSSY_DATA, *notices)
    labelled_ybr = pixels.photometric.startswith("YBR_FULL")
    labelled_transformed = pixels.photometric in ("YBR_RCT", "YBR_ICT")
    if pixels.samples == 3 and (labelled_ybr if head.transform else labelled_transformed):
        notices = (*notices, Reservation.COLOR_LABEL)
    return Decoded(array, labelled_ybr and not head.transform, head.bits, notices, head.signed)


def _htj2k(data: bytes, head: Jpeg2000Head, *, lossless: bool) -> NDArray[Any]:
    """Lossy values that pass the ends of their range stay at them.

    The library lets the value past the highest wrap to the lowest, white to black. So that it can't, the codestream is declared
    deeper than it is, and what comes is brought back: samples are fractions of the range with the 9/7 wavelet (scaled), whole
    numbers around its middle with the 5/3 (shifted) (ISO/IEC 15444-1 annexes E and G).
    """
    bits = head.bits
    if (lossless and head.reversible) or len(set(head.depths)) != 1 or bits > max(_DEEPER):
        return _openjph(data)
    room = next(deep for most, deep in _DEEPER.items() if bits <= most) - bits
    deeper = bytearray(data)
    for component in range(len(head.depths)):
        deeper[head.depths_at + 3 * component] += room
    array = _openjph(bytes(deeper))
    return _bring_back(array, bits, room, signed=head.signed, reversible=head.reversible)


def _openjph(data: bytes) -> NDArray[Any]:
    """What OpenJPH decodes. imagecodecs drops the errors met in the data, and returns an array that is not filled."""
    unheard_errors.begin()
    try:
        array: NDArray[Any] = imagecodecs.htj2k_decode(data, planar=False)
    finally:
        failed = unheard_errors.any_since()
    if failed:
        raise BadFrame(DAMAGED)
    return array


def _bring_back(array: NDArray[Any], bits: int, room: int, *, signed: bool, reversible: bool) -> NDArray[Any]:
    """Values decoded with `room` more bits, as values of `bits` bits, those beyond the range at its ends."""
    wide: NDArray[Any] = array.view(np.dtype(f"i{array.dtype.itemsize}"))
    # In place: the array is fresh, and large ones are bound by memory.
    if not reversible:
        wide += 1 << (room - 1)
        wide >>= room
    elif not signed:
        wide -= (1 << (bits + room - 1)) - (1 << (bits - 1))
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    np.clip(wide, low, high, out=wide)
    return wide.astype(f"{'i' if signed else 'u'}{1 if bits <= 8 else 2}")
