"""Errors that a compiled module raises where nobody can catch them: Python prints them and goes on with what is half done.

It tells them to two hooks: as an error that can't be raised, and before that, where the module has its trace printed, as one that
ends the program, which it does not.
"""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

_heard = threading.local()
_others: dict[str, Any] = {}
"""The hooks of before, which take what is not listened for."""
_lock = threading.Lock()


def begin() -> None:
    """From now on, errors of this thread that can't be caught are remembered, and not printed."""
    with _lock:  # Others (the log's own) may have put their hooks there since.
        if sys.unraisablehook is not _hear:
            _others["unraisable"], sys.unraisablehook = sys.unraisablehook, _hear
        if sys.excepthook is not _hear_printed:
            _others["printed"], sys.excepthook = sys.excepthook, _hear_printed
    _heard.error = False
    _heard.listening = True


def any_since() -> bool:
    """Whether there was one; ends listening."""
    _heard.listening = False
    return bool(_heard.error)


def _hear(error: Any) -> None:
    # Hooks are called in the thread of the error.
    if getattr(_heard, "listening", False):
        _heard.error = True
    else:
        _others["unraisable"](error)


def _hear_printed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if getattr(_heard, "listening", False):
        _heard.error = True
    else:
        _others["printed"](kind, error, trace)
