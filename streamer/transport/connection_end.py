"""The end of a seat's connection: told once, in words, and never of one that we ended ourselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()


class ConnectionEnd:
    """Whether a connection is over, and the deadline by which it must stand."""

    def __init__(self, told: Callable[[str], None]) -> None:
        """`told` hears once why it is over, unless close() came first."""
        self._told = told
        self._deadline: asyncio.TimerHandle | None = None
        self.over = False

    def unless_within(self, seconds: float, reason: str) -> None:
        """It is over for that reason unless stands() is called in time."""
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.come, reason)

    def stands(self) -> None:
        """It was made in time."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def come(self, reason: str) -> None:
        """It is over."""
        if not self.over:
            self.close()
            self._told(reason)

    def close(self) -> None:
        """It is over because we want it to be: nobody has to be told."""
        self.over = True
        self.stands()

    def with_failure_of(self, task: asyncio.Task[Any], reason: str) -> None:
        """It is over, too, when that task fails."""

        def ended(task: asyncio.Task[Any]) -> None:
            if not task.cancelled() and task.exception() is not None:
                log.error("connection_task_failed", task=task.get_name(), exc_info=task.exception())
                self.come(reason)

        task.add_done_callback(ended)
