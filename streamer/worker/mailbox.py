"""What waits for the drawing thread: orders in sequence, at most one state to draw, and at most one still, the newest of each."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import msgspec

from streamer.ipc.messages import Capture, DetachAll, DetachStack, Draw, DrawStill
from streamer.render.mapped_stack import MappedStack

MAX_ORDERS = 4096


@dataclass(frozen=True, slots=True)
class Attach:
    """Stack `number` has these pixels from now on; `reduced` = they are its reduced copy."""

    number: int
    stack: MappedStack
    reduced: bool


Order = Attach | Capture | DetachStack | DetachAll


class MailboxFull(Exception):
    """The drawing thread does not keep up with orders; the host has lost its way."""


class Mailbox:
    """Latest wins for states and for stills; orders keep their sequence and go first, stills last. One reader, any writers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._orders: deque[Order] = deque()
        self._draw: Draw | None = None
        self._still: DrawStill | None = None
        self._wanted: DrawStill | None = None
        self._closed = False

    def put(self, item: Order | Draw | DrawStill) -> None:
        """Leaves an order, or a state or a still that replaces the one waiting. Another state makes a still useless.

        Raises:
            MailboxFull: MAX_ORDERS wait already.
        """
        with self._changed:
            if isinstance(item, Draw):
                self._draw = item if self._draw is None else merged(self._draw, item)
                if self._wanted is not None and not _same_state(self._wanted, item):
                    self._still = self._wanted = None
            elif isinstance(item, DrawStill):
                self._still = self._wanted = item
            else:
                if len(self._orders) >= MAX_ORDERS:
                    raise MailboxFull(f"{MAX_ORDERS} orders wait for the drawing thread.")
                if isinstance(item, DetachAll):
                    self._draw = self._still = self._wanted = None  # of the study that is closed now
                self._orders.append(item)
            self._changed.notify()

    def take(self) -> Order | Draw | DrawStill | None:
        """Waits for the next order, else the newest state, else the newest still; None when the mailbox is closed."""
        with self._changed:
            while not self._closed:
                if self._orders:
                    return self._orders.popleft()
                if self._draw is not None:
                    draw, self._draw = self._draw, None
                    return draw
                if self._still is not None:
                    still, self._still = self._still, None
                    return still
                self._changed.wait()
            return None

    def wants(self, still: DrawStill) -> bool:
        """Whether nothing that came after this still makes it useless: another state, another still, the end of the study."""
        with self._changed:
            return not self._closed and self._wanted is still

    def overtakes(self, current: Draw) -> bool:
        """Whether what waits makes a picture that is being drawn useless: another state, or the end of the study."""
        with self._changed:
            if self._closed or any(isinstance(order, DetachAll) for order in self._orders):
                return True
            waiting = self._draw
            return waiting is not None and not waiting.again and waiting.revision != current.revision

    def give_back(self, draw: Draw) -> None:
        """A state that was given up half done: what it owed is owed by the one that waits."""
        with self._changed:
            if not any(isinstance(order, DetachAll) for order in self._orders):
                self._draw = draw if self._draw is None else merged(draw, self._draw)

    def close(self) -> None:
        """Lets the reader go; what waits is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _same_state(still: DrawStill, draw: Draw) -> bool:
    return (still.epoch, still.revision, still.width, still.height) == (
        draw.epoch, draw.revision, draw.width, draw.height,
    )  # fmt: skip


def merged(waiting: Draw, newer: Draw) -> Draw:
    """The newer one, which still owes the key frame and the drawing that the waiting one was to bring."""
    return msgspec.structs.replace(
        newer, keyframe=newer.keyframe or waiting.keyframe, again=newer.again and waiting.again
    )
