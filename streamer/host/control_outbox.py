"""What a seat says on its control channel: in order, in parts where it is large, and nothing is lost while the link is choked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from signaling.protocol import control
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved
from signaling.protocol.parts import texts_of

MOST_WAITING = 1024
_SAID_IN_FULL = (
    control.StateSnapshot, MarksDocument, MarkDraft, MarksSaved, control.RendererState, control.Progress,
    control.StillProof,
)  # fmt: skip
_OF_A_SERIES = (control.Progress, control.Thumbnail)
"""There are as many as series: they do not say that the page does not read."""


class ControlOutbox:
    """Gives messages to `send` until it takes no more; they wait then. Of what is said in full each time, the newest replaces
    the one that waits."""

    def __init__(self, send: Callable[[str], bool]) -> None:
        self._send = send
        self._begun: deque[str] = deque()
        """What is left to send of a message whose first part has left."""
        self._numbers = 0
        self._waiting: deque[control.ToPage] = deque()

    def say(self, message: control.ToPage) -> bool:
        """Sends it now or later; False when MOST_WAITING messages wait already: the page does not read."""
        self.flush()
        if isinstance(message, _SAID_IN_FULL):
            self._waiting = deque(other for other in self._waiting if _subject(other) != _subject(message))
        counted = sum(not isinstance(other, _OF_A_SERIES) for other in self._waiting)
        if counted >= MOST_WAITING and not isinstance(message, _OF_A_SERIES):
            return False
        self._waiting.append(message)
        if len(self._waiting) == 1:
            self.flush()
        return True

    def lead(self, message: control.ToPage) -> None:
        """Sends it before all that waits, though not before the rest of a message that has begun to leave."""
        self._waiting.appendleft(message)
        self.flush()

    def flush(self) -> None:
        """Sends of what waits as much as goes."""
        while True:
            while self._begun:
                if not self._send(self._begun[0]):
                    return
                self._begun.popleft()
            if not self._waiting:
                return
            first, *rest = texts_of(self._waiting[0], self._numbers + 1)
            if not self._send(first):
                return
            self._waiting.popleft()
            self._begun.extend(rest)
            self._numbers += bool(rest)


def _subject(message: control.ToPage) -> tuple[type, int]:
    return type(message), message.series if isinstance(message, control.Progress) else 0
