"""What a seat says on its control channel: in order, and nothing is lost while the link is choked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from signaling.protocol import control
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved

MOST_WAITING = 1024
_SAID_IN_FULL = (
    control.StateSnapshot, MarksDocument, MarkDraft, MarksSaved, control.RendererState, control.Progress,
    control.StillProof,
)  # fmt: skip


class ControlOutbox:
    """Gives messages to `send` until it takes no more; they wait then. Of what is said in full each time, the newest replaces
    the one that waits."""

    def __init__(self, send: Callable[[str], bool]) -> None:
        self._send = send
        self._waiting: deque[control.ToPage] = deque()

    def say(self, message: control.ToPage) -> bool:
        """Sends it now or later; False when MOST_WAITING messages wait already: the page does not read."""
        self.flush()
        if not self._waiting and self._send(control.TO_PAGE.encode(message)):
            return True
        if isinstance(message, _SAID_IN_FULL):
            self._waiting = deque(other for other in self._waiting if _subject(other) != _subject(message))
        if len(self._waiting) >= MOST_WAITING:
            return False
        self._waiting.append(message)
        return True

    def lead(self, message: control.ToPage) -> None:
        """Sends it before all that waits."""
        self._waiting.appendleft(message)
        self.flush()

    def flush(self) -> None:
        """Sends of what waits as much as goes."""
        while self._waiting and self._send(control.TO_PAGE.encode(self._waiting[0])):
            self._waiting.popleft()


def _subject(message: control.ToPage) -> tuple[type, int]:
    return type(message), message.series if isinstance(message, control.Progress) else 0
