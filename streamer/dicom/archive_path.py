"""How a file of an archive is named in the index, in messages and in the cache: its path as text, whatever bytes it has.

A file's name on Linux is any bytes. Neither the index nor JSON can carry bytes that are no UTF-8, so that those are written as
%XX, and a percent sign as %25 (as RFC 3986, 2.1). Every other name is itself. This is the one place that knows it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_ODD = re.compile("[%\udc80-\udcff]")
_ESCAPED = re.compile("%([0-9A-F]{2})")


def to_text(path: str) -> str:
    """A path as the system gives it (undecodable bytes as lone surrogates, PEP 383), as text that can be stored and sent."""
    return _ODD.sub(lambda odd: f"%{ord(odd[0]) & 0xFF:02X}", path)


def from_text(text: str) -> str:
    """The path as the system takes it."""
    return _ESCAPED.sub(lambda escaped: os.fsdecode(bytes([int(escaped[1], 16)])), text)


def on_disk(root: Path, text: str) -> Path:
    """Where the file is that `text` names."""
    return root / from_text(text)
