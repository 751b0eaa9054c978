"""Texts under brotli (RFC 7932) at its highest quality, which takes a second of a core for all of a page: made aside, once.

Until a text is made it is served otherwise; nobody waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

import brotli

_QUALITY = 11


@lru_cache(maxsize=64)
def compressed(data: bytes) -> bytes:
    """`data` as one brotli stream."""
    made: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=_QUALITY)
    return made


class BrotliTexts:
    """The texts that are made so far, under the tags of what they are made of."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}

    def begin(self, texts: Iterable[tuple[str, bytes]]) -> None:
        """Makes those of (tag, text), in their order, in a thread of its own; it ends with them, or with the process."""
        threading.Thread(target=self._make, args=(tuple(texts),), name="brotli", daemon=True).start()

    def _make(self, texts: tuple[tuple[str, bytes], ...]) -> None:
        for tag, data in texts:
            if tag not in self._made:
                self._made[tag] = compressed(data)

    def find(self, tag: str) -> bytes | None:
        """The text made of what has this tag; None where it is not made (yet)."""
        return self._made.get(tag)
