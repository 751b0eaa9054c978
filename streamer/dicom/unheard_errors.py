"""Errors that a compiled module raises where nobody can catch them: Python prints them and goes on with what is half done."""

from __future__ import annotations

import sys
import threading
from typing import Any

_heard = threading.local()


def begin() -> None:
    """From now on, errors of this thread that can't be caught are remembered."""
    _heard.error = False
    _heard.listening = True


def any_since() -> bool:
    """Whether there was one; ends listening."""
    _heard.listening = False
    return bool(_heard.error)


def _hear(error: Any) -> None:
    if getattr(_heard, "listening", False):
        _heard.error = True
    else:
        _before(error)


# Once, for all threads: it is called in the thread of the error.
_before = sys.unraisablehook
sys.unraisablehook = _hear
