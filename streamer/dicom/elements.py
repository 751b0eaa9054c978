"""Tolerant, typed access to a dataset's elements: what is odd becomes a default and is remembered."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.valuerep import PersonName

from streamer.dicom.date_text import UNREADABLE, age_text, date_text, time_text
from streamer.dicom.number_text import finite
from streamer.viewer.visible_text import is_visible

_FAILURES = (
    ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, NotImplementedError, struct.error,
    LookupError, EOFError, BytesLengthException,
)  # fmt: skip
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_UID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_MAX_VALUES = 4096
_SEPARATOR = "\\"
"""Between the values of one element (PS3.5 6.4)."""


@cache
def tag_of(keyword: str) -> int:
    """The tag of a keyword of PS3.6."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise LookupError(f"{keyword} is no keyword of the data dictionary.")
    return tag


class Elements:
    """A dataset's elements by keyword. Every answer is of the type asked for, finite and sane, or the default."""

    def __init__(self, dataset: Dataset, odd: set[str] | None = None) -> None:
        self._dataset = dataset
        self.odd: set[str] = set() if odd is None else odd
        """Keywords whose values could not be understood, in this dataset or in an item of it."""
        self._doubted: set[str] = set()

    def doubt(self, keyword: str) -> None:
        """Notes that the element is there and says what can't be."""
        self.odd.add(keyword)
        self._doubted.add(keyword)

    def doubts(self, *keywords: str) -> bool:
        """Whether one of these, having been read, is there in this very dataset and could not be understood.

        Who has a default for what is absent asks this first: what is there but not understood has none.
        """
        return not self._doubted.isdisjoint(keywords)

    def at(self, tag: int) -> Any:
        """The raw value of an element that has no keyword of its own (a repeating group's), None as with `value`."""
        try:
            return self._dataset[tag].value if tag in self._dataset else None
        except _FAILURES:
            return None

    def value(self, keyword: str) -> Any:
        """The raw value, None where the element is absent, empty or not readable."""
        tag = tag_of(keyword)
        if tag not in self._dataset:
            return None
        try:
            value = self._dataset[tag].value
        except _FAILURES:
            self.doubt(keyword)
            return None
        return None if isinstance(value, str) and not value.strip() else value

    def has(self, keyword: str) -> bool:
        """Whether the element is there with a value."""
        return self.value(keyword) is not None

    def values(self, keyword: str) -> list[Any]:
        """All values of a multi-valued element."""
        value = self.value(keyword)
        if value is None:
            return []
        if isinstance(value, str | bytes) or not hasattr(value, "__len__") or isinstance(value, PersonName):
            return [value]
        return list(value[:_MAX_VALUES])

    def text(self, keyword: str, cap: int = 128) -> str:
        """The value as one clean line; where there are several, all as they are written, and doubted: none is the one meant."""
        values = self.values(keyword)
        if len(values) > 1:
            self.doubt(keyword)
        return clean(_SEPARATOR.join(str(value) for value in values), cap)

    def texts(self, keyword: str, cap: int = 64) -> tuple[str, ...]:
        """All values as clean lines."""
        return tuple(clean(value, cap) for value in self.values(keyword))

    def person(self, keyword: str) -> tuple[str, str]:
        """A name as FAMILY^Given… (alphabetic, else as it is written), and all its groups for searching."""
        values = self.values(keyword)
        if not values:
            return "", ""
        groups = [clean(group, 192) for group in _SEPARATOR.join(str(value) for value in values).split("=")]
        first = next((group for group in groups if is_visible(group.replace("^", ""))), "")
        return first.rstrip("^ "), " ".join(groups)

    def uid(self, keyword: str) -> str:
        """A UID that is safe in an address, or nothing."""
        text = self.text(keyword, 65)
        return text if _UID.fullmatch(text) else ""

    def date(self, keyword: str) -> str:
        """A date as date_text has it: YYYYMMDD, nothing, or what is written behind a mark."""
        return self._checked(keyword, date_text)

    def time(self, keyword: str) -> str:
        """A time as time_text has it."""
        return self._checked(keyword, time_text)

    def age(self, keyword: str) -> str:
        """An age as age_text has it."""
        return self._checked(keyword, age_text)

    def _checked(self, keyword: str, rule: Callable[[str], str]) -> str:
        text = rule(self.text(keyword, 26))
        if text.startswith(UNREADABLE):
            self.doubt(keyword)
        return text

    def number(self, keyword: str) -> float | None:
        """The value as a finite number; nothing where there are several, of which none is the one that is meant."""
        numbers = self.numbers(keyword, 1)
        return numbers[0] if numbers else None

    def numbers(self, keyword: str, count: int | None = None) -> tuple[float, ...]:
        """All values as finite numbers; nothing when one is not, or when there are not `count`."""
        numbers = [finite(value) for value in self.values(keyword)]
        known = [number for number in numbers if number is not None]
        if len(known) != len(numbers) or (count is not None and len(numbers) != count):
            if numbers:
                self.doubt(keyword)
            return ()
        return tuple(known)

    def integer(self, keyword: str, default: int = 0, low: int = 0, high: int = 2**31 - 1) -> int:
        """The value as an integer within bounds, else the default."""
        number = self.number(keyword)
        if number is None:
            return default
        if number != int(number) or not low <= number <= high:
            self.doubt(keyword)
            return default
        return int(number)

    def items(self, keyword: str) -> list[Elements]:
        """The items of a sequence."""
        value = self.value(keyword)
        if value is None:
            return []
        try:
            return [Elements(item, self.odd) for item in value if isinstance(item, Dataset)]
        except _FAILURES:
            self.doubt(keyword)
            return []

    def item(self, keyword: str) -> Elements | None:
        """The first item of a sequence."""
        items = self.items(keyword)
        return items[0] if items else None


def clean(value: Any, cap: int) -> str:
    """A value as one line of printable text, at most `cap` characters; nothing where there is nothing to see."""
    line = _UNPRINTABLE.sub(" ", str(value)).strip()[:cap].strip()
    return line if is_visible(line) else ""
