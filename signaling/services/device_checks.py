"""What readers' devices could do when they were checked: the last results, for administrators.

Kept in memory of the server that got them; the log has each result's outcomes, and the audit trail that there was one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MOST = 50


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line: what was tried (`id`), how it came out (good, weak, bad, told), and in words."""

    id: str
    outcome: str
    words: str


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """One result. `at` is Unix seconds, `agent` what the browser calls itself."""

    at: float
    tenant: str
    user: str
    agent: str
    rows: tuple[CheckRow, ...]

    def outcomes(self, outcome: str) -> tuple[str, ...]:
        """The ids of the lines that came out so."""
        return tuple(row.id for row in self.rows if row.outcome == outcome)


class DeviceChecks:
    """The newest results; the oldest makes room."""

    def __init__(self) -> None:
        self._kept: deque[DeviceCheck] = deque(maxlen=MOST)

    def add(self, check: DeviceCheck) -> None:
        """Keep one."""
        self._kept.append(check)

    def newest(self, tenant: str) -> tuple[DeviceCheck, ...]:
        """Those of a tenant, newest first."""
        return tuple(check for check in reversed(self._kept) if check.tenant == tenant)
