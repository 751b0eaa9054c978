"""Numbers as files write them (PS3.5 6.2: DS, IS), by the standard's grammar and not by Python's."""

from __future__ import annotations

import math
import re
from typing import Any, SupportsFloat

LARGEST = 1e15
"""No number of an image is larger."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def finite(value: Any) -> float | None:
    """The number that a value is or says, None where it is or says none that an image can have.

    Python takes more for a number than DICOM does (1_0 for ten, other scripts' digits, infinity), and so does pydicom: of what
    was text the text is asked. Longer texts than DS allows (16) are common and say what they say; blanks around are padding.
    """
    written = getattr(value, "original_string", value)
    if isinstance(written, bytes):
        written = written.decode("latin-1").rstrip("\0")
    if isinstance(written, str):
        written = written.strip(" ")
        if _NUMBER.fullmatch(written) is None:
            return None
        number = float(written)
    elif isinstance(written, SupportsFloat) and not isinstance(written, bool):
        number = float(written)
    else:
        return None
    return number if math.isfinite(number) and abs(number) <= LARGEST else None
