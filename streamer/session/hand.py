"""From packets of the `moves` channel to what the hand did: each event once and in order, positions newest only. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from signaling.protocol.moves import Moves, PointerEvent

STEP = 120


@dataclass(frozen=True, slots=True)
class Moved:
    """The hand is at a new place (the newest packet's); not `fresh` = the packet only repeats what the last one said."""

    packet: Moves
    fresh: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Happened:
    """A discrete event, to be applied now; `scale` is that of two fingers then, 0 where it is not known."""

    event: PointerEvent
    scale: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Wheeled:
    """Whole steps of the wheel since the last one, and of Ctrl + wheel in fractions of a step."""

    packet: Moves
    steps: int
    zoom_steps: float


Input = Moved | Happened | Wheeled


class HandReader:
    """One page's input, on one seat or on several after each other. Packets may be lost, doubled, late or lying; no event is
    applied twice.
    """

    def __init__(self) -> None:
        self.name = secrets.token_hex(8)
        """By which the page says that it goes on with this hand and no later one."""
        self.acknowledged = 0
        self.sequence = 0
        self.command = 0
        """The newest command's id; a page's ids go on across studies."""
        self._last: tuple[object, ...] = ()
        self._commands = 0
        self._counted = 0
        self._wheel = 0
        self._zoom_wheel = 0
        self._early: dict[int, PointerEvent] = {}

    def read(self, packet: Moves) -> Iterator[Input]:
        """What is new in `packet`, in the order to apply it."""
        newest = 0 < (packet.sequence - self.sequence) & 0xFFFFFFFF < 0x80000000
        for event in self._in_order(packet.events):
            yield Happened(event, packet.scale if event.gesture == packet.gesture else 0.0)
        if not newest:
            return
        self.sequence = packet.sequence
        steps = int((packet.wheel - self._wheel) / STEP)
        self._wheel += steps * STEP
        zoom_steps = (packet.zoom_wheel - self._zoom_wheel) / STEP
        self._zoom_wheel = packet.zoom_wheel
        if abs(steps) > 1000 or abs(zoom_steps) > 1000:
            steps, zoom_steps = 0, 0.0
            self._wheel = packet.wheel
        said = (
            packet.gesture, packet.buttons, packet.modifiers, packet.pointer, packet.x, packet.y, packet.wheel,
            packet.zoom_wheel, packet.scale, packet.inputs,
        )  # fmt: skip
        fresh, self._last = bool(packet.points) or said != self._last, said
        yield Moved(packet, fresh)
        if steps or zoom_steps:
            yield Wheeled(packet, steps, zoom_steps)

    def event(self, event: PointerEvent) -> Iterator[Happened]:
        """An event that came by the control channel instead."""
        yield from (Happened(e) for e in self._in_order((event,)))

    def commanded(self, command: int) -> Iterator[Happened]:
        """A command came by the control channel, perhaps again: the events that were waiting for it."""
        if command > self._counted:
            self._counted = command
            self._commands = (self._commands + 1) & 0xFFFF
        yield from (Happened(e) for e in self._in_order(()))

    def _in_order(self, events: tuple[PointerEvent, ...]) -> Iterator[PointerEvent]:
        for event in events:
            if self.acknowledged < event.number <= self.acknowledged + 64:
                self._early[event.number] = event
        while (due := self._early.get(self.acknowledged + 1)) is not None:
            if 0 < (due.commands - self._commands) & 0xFFFF < 0x8000:
                return
            del self._early[due.number]
            self.acknowledged += 1
            yield due
