"""Logging: one JSON object a line on standard error, patient data left out unless asked for.

A field whose name starts with `phi_` holds patient data. Errors are logged by their type and place: their words may hold
what a file or a query held.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

PHI_PREFIX = "phi_"
REDACTED = "[left out]"
_FRAMES = 6
LEVELS = ("debug", "info", "warning", "error")


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out the values of fields with patient data."""
    for name in event:
        if name.startswith(PHI_PREFIX):
            event[name] = REDACTED
    return event


def place_of_error(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and where it was raised, innermost last."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()[1]
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event.update(where(raised))
    return event


def where(error: BaseException) -> dict[str, Any]:
    """Fields that say what kind of error was raised where, innermost last, and none of its words."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "error": type(error).__name__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }


def configure(level: str = "warning") -> None:
    """Send this program's log lines to standard error, and of its libraries' only warnings and worse.

    Args:
        level: one of LEVELS.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_error,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Libraries log what they carry when they are asked for more: statements with their parameters, requests, packets.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    logging.getLogger("signaling").setLevel(level.upper())


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; fields are keyword arguments."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound
