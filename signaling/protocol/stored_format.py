"""Numbered formats of what is stored: an old document is brought up step by step, one from a newer program is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from signaling.protocol.records import JsonObject

Upgrader = Callable[[JsonObject], JsonObject]
"""From a document of one format to the same of the next; `format` is set by the caller."""


class StoredFormatError(ValueError):
    """A stored document can't be read by this program. It must be kept as it is, never overwritten."""


class NewerFormatError(StoredFormatError):
    """It was stored by a newer version of the program."""


class StoredFormat:
    """The format of one kind of document: the number it is written with, and the way to it from all earlier ones."""

    def __init__(self, noun: str, upgraders: Mapping[int, Upgrader]) -> None:
        """`noun` names it in sentences: "The marks". `upgraders` holds for each older number, from 1 on, the step on."""
        if sorted(upgraders) != list(range(1, len(upgraders) + 1)):
            raise ValueError("Each format from 1 on needs its step to the next.")
        self._noun = noun
        self._upgraders = dict(upgraders)
        self.number = len(upgraders) + 1

    def upgraded(self, document: JsonObject) -> JsonObject:
        """The document in today's format; the one given is not changed.

        Raises:
            NewerFormatError: it is of a format that came later.
            StoredFormatError: it does not say which format it has, or is not what it says.
        """
        number = document.get("format")
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise StoredFormatError(f"{self._noun} can't be read: no format is named.")
        if number > self.number:
            by = (
                f"stored in format {number} by a newer version of Farview; this one reads up to {self.number}"
            )
            raise NewerFormatError(f"{self._noun} can't be read: {by}.")
        for step in range(number, self.number):
            try:
                document = {**self._upgraders[step](document), "format": step + 1}
            except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
                text = (
                    f"{self._noun} can't be read: no good document of format {step} ({type(error).__name__})."
                )
                raise StoredFormatError(text) from None
        return document


def unchanged(document: JsonObject) -> JsonObject:
    """The step to a format that only added fields which may be absent."""
    return document
