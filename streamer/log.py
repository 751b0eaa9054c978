"""Structured logs on stderr. Patient data may only be in fields that begin with `phi_`, which are redacted here.

Errors are logged by type and place: their words may hold what a file held.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path

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
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
