"""All frames of one file, decoded one by one into what the cache holds."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signaling.protocol.reservations import Reservation
from streamer.dicom import codecs, transfer_syntax
from streamer.dicom.dataset_file import OpenDataset, open_dataset
from streamer.dicom.decoded import SUBSAMPLED, Decoded
from streamer.dicom.elements import Elements, tag_of
from streamer.dicom.encapsulated import FrameTable
from streamer.dicom.faults import BadFile, BadFrame
from streamer.dicom.header_record import PixelFields
from streamer.dicom.lookup_tables import LookupTable, modality_table_of, palette_of
from streamer.dicom.pixel_fields import GREY, PIXEL_KEYWORDS, read_pixels
from streamer.dicom.stored_values import (
    depth,
    exceeds,
    expand_422,
    put_right,
    reaches_sign,
    rgb_from_ybr,
    to_eight_bit,
)

_KEYWORDS = (
    *PIXEL_KEYWORDS, "SOPClassUID", "ExtendedOffsetTable",
    *(f"{color}PaletteColorLookupTable{part}" for color in ("Red", "Green", "Blue") for part in ("Descriptor", "Data")),
    *(f"Segmented{color}PaletteColorLookupTableData" for color in ("Red", "Green", "Blue")),
)  # fmt: skip
_TAGS = tuple(sorted({tag_of(keyword) for keyword in _KEYWORDS}))
_CUT_SHORT = "The file ends before this image."


class FrameDecoder:
    """An opened file. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        """Opens it and reads what decoding needs.

        Raises:
            BadFile: it can't be read, with why.
            NotDicom: it is something else now.
        """
        self._opened = open_dataset(path, _TAGS, whole=True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # pydicom's may quote what is in the file.
                self.pixels = self._fields(self._opened)
                self._table = self._frame_table()
                self._lookup = self._lookup_table()
        except BaseException:
            self._opened.close()
            raise

    @property
    def descriptor(self) -> int:
        """Of the file that is being decoded."""
        return self._opened.file.fileno()

    def close(self) -> None:
        """Closes the file."""
        self._opened.close()

    def decode(self, number: int) -> NDArray[Any]:
        """Frame `number` (1-based): stored values [j, i], or RGB uint8 [j, i, 3].

        Raises:
            BadFrame: it is missing or damaged.
        """
        return self.decode_noticed(number)[0]

    def decode_noticed(self, number: int) -> tuple[NDArray[Any], tuple[str, ...]]:
        """The same, with the codes of what was odd in its data and did no harm."""
        if not 1 <= number <= self.pixels.frames:
            raise BadFrame("The file has fewer images than when it was listed.")
        pixels = self.pixels
        if self._table is None:
            decoded = Decoded(self._native(number), pixels.photometric.startswith("YBR"))
        else:
            if number > len(self._table):
                raise BadFrame(_CUT_SHORT)
            decoded = codecs.decode(self._table.read(number), pixels)
        array, notices = decoded.array, decoded.notices
        if self._table is not None and self._table.doubted:
            notices = (*notices, Reservation.DECODING)
        # A codestream knows its depth: what it holds beyond that of the header is shown as it is, and the contradiction is said.
        bits = depth(array, decoded.bits, pixels.bits_stored) if decoded.bits else 0
        if bits > pixels.bits_stored and exceeds(array, bits, pixels):
            notices = (*notices, Reservation.DECODING)
        # A codestream that denies the header's sign mostly holds the bits of the header's values (PS3.5 8.2.4 has them agree).
        denied = pixels.samples == 1 and decoded.signed not in (None, pixels.signed)
        if denied and reaches_sign(array, bits):
            notices = (*notices, Reservation.DECODING)
        if pixels.samples == 3:
            stored = pixels.bits_stored if array.dtype.itemsize > 1 else min(8, pixels.bits_stored)
            array = to_eight_bit(array, bits or stored)
            array = rgb_from_ybr(array) if decoded.ybr else np.ascontiguousarray(array)
        else:
            array = put_right(array, bits or pixels.bits_stored, signed=pixels.signed)
            array = array if self._lookup is None else self._lookup.apply(array)
        return array, tuple(dict.fromkeys(notices))

    def _fields(self, opened: OpenDataset) -> PixelFields:
        pixels = read_pixels(Elements(opened.dataset), opened)
        if pixels is None:
            raise BadFile("The file holds no images any more.")
        if pixels.refusal:
            raise BadFile(pixels.refusal)
        return pixels

    def _frame_table(self) -> FrameTable | None:
        if self.pixels.transfer_syntax in transfer_syntax.NATIVE:
            return None
        if self._opened.pixel_length >= 0:
            raise BadFile("The compressed images of a file are damaged: they hold no items.")
        extended = Elements(self._opened.dataset).value("ExtendedOffsetTable")
        offsets: tuple[int, ...] = ()
        if isinstance(extended, bytes) and len(extended) == 8 * self.pixels.frames:
            offsets = tuple(int(offset) for offset in np.frombuffer(extended, "<u8"))
        return FrameTable(self._opened.stream, self._opened.pixel_offset, self.pixels.frames, offsets)

    def _lookup_table(self) -> LookupTable | None:
        if not self.pixels.lookup:
            return None
        dataset, little = self._opened.dataset, self._opened.little_endian
        if self.pixels.photometric in GREY:
            return modality_table_of(dataset, signed=self.pixels.signed, little_endian=little)
        return palette_of(dataset, little_endian=little)

    def _native(self, number: int) -> NDArray[Any]:
        pixels, opened = self.pixels, self._opened
        subsampled = pixels.photometric == "YBR_FULL_422" and pixels.samples == 3
        if subsampled and (pixels.columns % 2 or pixels.bits_allocated != 8 or pixels.planar):
            raise BadFrame(SUBSAMPLED)
        samples = 2 if subsampled else pixels.samples
        count = pixels.rows * pixels.columns * samples
        size = count * pixels.bits_allocated // 8
        start = (number - 1) * size
        if start + size > pixels.length:
            raise BadFrame(_CUT_SHORT)
        order = "<" if opened.little_endian else ">"
        raw = self._read_native(start, size)
        array: NDArray[Any] = np.frombuffer(raw, f"{order}u{pixels.bits_allocated // 8}")
        if array.dtype.byteorder == ">":
            array = array.astype(array.dtype.newbyteorder("="))
        if subsampled:
            return expand_422(array, pixels.rows, pixels.columns)
        if pixels.samples == 1:
            return array.reshape(pixels.rows, pixels.columns)
        if pixels.planar:
            return np.moveaxis(array.reshape(samples, pixels.rows, pixels.columns), 0, -1)
        return array.reshape(pixels.rows, pixels.columns, samples)

    def _read_native(self, start: int, size: int) -> bytes:
        """Bytes of the value; big-endian words of 8-bit pixels are turned (PS3.5 annex A.3: they lie in OW)."""
        opened = self._opened
        swapped = not opened.little_endian and self.pixels.bits_allocated == 8 and opened.in_words
        first = start - start % 2 if swapped else start
        last = start + size + (start + size) % 2 if swapped else start + size
        opened.stream.seek(opened.pixel_offset + first)
        raw = opened.stream.read(last - first)
        if len(raw) < size:
            raise BadFrame(_CUT_SHORT)
        if swapped:
            raw = np.frombuffer(raw, ">u2").astype("<u2").tobytes()[start - first : start - first + size]
        return raw
