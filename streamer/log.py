"""Structured logs on stderr. Patient data may only be in fields that begin with `phi_`, which are redacted here.

Errors are logged by type and place: their words may hold what a file held. So may those of libraries, and of errors that nobody
caught: they come in the same form, with no more words than are the same for every file.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

FRAMES = 6
LEVEL_VARIABLE = "FARVIEW_LOG_LEVEL"
"""Tells the host's children how much to log."""


def _redact(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for key in event:
        if key.startswith("phi_"):
            event[key] = "[redacted]"
    return event


def _place_of_error(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    raised = event.pop("exc_info", None)
    error = sys.exc_info()[1] if raised is True else raised
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["error"] = type(error).__name__
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def of_starter() -> str:
    """The level that the host was started with; a child logs as its host does."""
    level = os.environ.get(LEVEL_VARIABLE, "")
    return level if level in ("debug", "info", "warning", "error") else "info"


def configure(level: str, **bound: object) -> None:
    """Sets up structlog for this process: one JSON object a line; `bound` goes into each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            _place_of_error,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**bound)
    logging.basicConfig(level=logging.WARNING, handlers=[_OfLibraries()])
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


class _OfLibraries(logging.Handler):
    """Lines of libraries. Of their words those that come before anything is put into them; where they have put it in, none."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno,
            "library_line",
            logger=record.name,
            words=str(record.msg) if record.args else "",
            line=f"{record.filename}:{record.lineno} {record.funcName}",
            exc_info=record.exc_info[1] if record.exc_info else None,
        )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger().error("uncaught_error", exc_info=error)


def _unraisable(raised: Any) -> None:
    structlog.get_logger().error("uncaught_error", exc_info=raised.exc_value)


def _uncaught_in_thread(raised: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("uncaught_error", exc_info=raised.exc_value)
