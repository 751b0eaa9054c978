"""The last lines that the host has logged, kept in memory for what is found; errors are shown, too."""

from __future__ import annotations

import json
import logging
import time
from collections import deque

import structlog
from structlog.typing import EventDict, WrappedLogger

KEPT = 400
_SHOWN = ("error", "critical")


class LogLines:
    """Takes the place of the log's end in this process."""

    def __init__(self) -> None:
        self._lines: deque[tuple[float, str]] = deque(maxlen=KEPT)

    def take_over(self) -> None:
        """From now on all from `info` up comes here. To be called before anything has logged."""
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                self._keep,
                structlog.processors.JSONRenderer(default=repr),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            cache_logger_on_first_use=True,
        )

    def _keep(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        self._lines.append((time.monotonic(), json.dumps(event, default=repr)))
        if event.get("level") not in _SHOWN:
            raise structlog.DropEvent
        return event

    def since(self, when: float) -> list[str]:
        """Those since a moment of the monotonic clock, the oldest first."""
        return [line for at, line in self._lines if at >= when]
