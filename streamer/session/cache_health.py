"""Whether images can be kept: looked at before every report, and logged once when it changes."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

log = structlog.get_logger()
FULL = "The image cache is full: what is shown at once needs more room than it has."
UNWRITABLE = "The image cache can't be written."


class CacheHealth:
    """Of one host's cache folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.problem = ""

    def look(self, *, is_full: bool) -> str:
        """What is wrong with it, a sentence, or empty; `is_full`: somebody waits for room that there is not."""
        problem = ""
        if not self._writable:
            problem = UNWRITABLE
        elif is_full:
            problem = FULL
        if problem != self.problem:
            self.problem = problem
            if problem:
                log.error("cache_problem", problem=problem)
            else:
                log.info("cache_works_again")
        return problem

    @property
    def _writable(self) -> bool:
        """A folder that is not there is made when it is needed: then the one above it counts."""
        folder = self._folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return os.access(folder, os.W_OK | os.X_OK)
