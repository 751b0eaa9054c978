"""Palettes (PS3.3 C.7.6.3.1.5/6, segmented: C.7.9.2) and Modality LUTs (C.11.1) as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from streamer.dicom.dataset_file import READ_FAILURES
from streamer.dicom.faults import BadFile
from streamer.dicom.number_text import finite

_COLORS = ("Red", "Green", "Blue")
_DAMAGED_PALETTE = "The colour palette of the images is damaged."


class LookupTable:
    """A table from stored values: entries [n] or [n, 3], the first one for `first`; values outside take the end ones."""

    def __init__(self, entries: NDArray[Any], first: int) -> None:
        self.entries = entries
        self.first = first

    def apply(self, array: NDArray[Any]) -> NDArray[Any]:
        """The entries for an array of stored values."""
        index = np.clip(array.astype(np.int64) - self.first, 0, len(self.entries) - 1)
        return self.entries[index]


def palette_of(dataset: Dataset, *, little_endian: bool) -> LookupTable:
    """The file's palette, 8 bit.

    Raises:
        BadFile: it has none, or a damaged one.
    """
    try:
        tables = [_palette_channel(dataset, color, little_endian=little_endian) for color in _COLORS]
    except READ_FAILURES:
        raise BadFile(_DAMAGED_PALETTE) from None
    if len({(len(entries), first) for entries, first in tables}) != 1:
        raise BadFile(_DAMAGED_PALETTE)
    palette = np.stack([entries for entries, _ in tables], axis=-1)
    # Some write entries of 8 bit under a descriptor of 16: judged for the three together, since they are one colour.
    wide = int(palette.max()) > 255
    return LookupTable((np.right_shift(palette, 8) if wide else palette).astype(np.uint8), tables[0][1])


def modality_table_of(dataset: Dataset, *, signed: bool, little_endian: bool) -> LookupTable:
    """The file's Modality LUT.

    Raises:
        BadFile: it is damaged.
    """
    try:
        item = dataset.ModalityLUTSequence[0]
        count, first, bits = _description(item.LUTDescriptor)
        entries = _entries(item["LUTData"].value, count or 65536, bits, little_endian=little_endian)
    except READ_FAILURES:
        raise BadFile("The Modality LUT of the images is damaged.") from None
    first = first - 65536 if signed and first >= 32768 else first
    return LookupTable(entries.astype(np.uint8 if bits <= 8 else np.uint16), first)


def _palette_channel(dataset: Dataset, color: str, *, little_endian: bool) -> tuple[NDArray[np.uint16], int]:
    count, first, bits = _description(dataset[f"{color}PaletteColorLookupTableDescriptor"].value)
    count = count or 65536
    segmented = f"Segmented{color}PaletteColorLookupTableData"
    if segmented in dataset:
        words = _words(dataset[segmented].value, bits, little_endian=little_endian)
        entries = _expand(words, count)
    else:
        entries = _entries(
            dataset[f"{color}PaletteColorLookupTableData"].value, count, bits, little_endian=little_endian
        )
    if len(entries) != count:
        raise BadFile(_DAMAGED_PALETTE)
    return entries.astype(np.uint16) if bits > 8 else (entries & 0xFF).astype(np.uint16), first


def _description(values: Iterable[Any]) -> tuple[int, int, int]:
    """How many entries a table has, which value the first is for, and of how many bits they are (C.11.1.1.1)."""
    numbers = [finite(value) for value in values]
    whole = [int(number) for number in numbers if number is not None and number.is_integer()]
    if len(whole) != len(numbers):
        raise ValueError("The description of a lookup table is none.")
    count, first, bits = whole
    return count, first, bits


def _entries(value: Any, count: int, bits: int, *, little_endian: bool) -> NDArray[Any]:
    """Table data, of one or two bytes an entry; 8-bit entries may lie in 16-bit words one by one or in pairs."""
    if not isinstance(value, bytes):
        return np.asarray(value, np.int64).astype(np.uint16)[:count]
    if len(value) >= 2 * count:
        return np.frombuffer(value, "<u2" if little_endian else ">u2")[:count]
    if bits > 8 or len(value) < count:
        raise BadFile(_DAMAGED_PALETTE)
    raw = np.frombuffer(value, np.uint8)
    if not little_endian and raw.size % 2 == 0:
        raw = raw.reshape(-1, 2)[:, ::-1].reshape(-1)
    return raw[:count]


def _words(value: bytes, bits: int, *, little_endian: bool) -> list[int]:
    if bits <= 8:
        return list(value)
    return [int(word) for word in np.frombuffer(value, "<u2" if little_endian else ">u2")]


def _expand(words: list[int], count: int) -> NDArray[Any]:
    """Segments: 0 discrete, 1 linear; indirect ones (2) repeat segments that lie elsewhere and are refused."""
    out: list[int] = []
    at = 0
    while at + 1 < len(words) and len(out) < count:
        kind, size = words[at], words[at + 1]
        if kind == 0:
            out += words[at + 2 : at + 2 + size]
            at += 2 + size
        elif kind == 1 and out:
            start, end = out[-1], words[at + 2]
            out += [round(start + (end - start) * step / size) for step in range(1, size + 1)]
            at += 3
        else:
            raise BadFile(
                "The colour palette of the images is of a kind that can't be read (indirect segments)."
            )
    return np.array(out[:count], np.uint16)
