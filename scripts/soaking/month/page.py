"""A page without a browser: it hears what a browser's page hears, answers as that does, and looks at exact pictures itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from signaling.protocol import control, frames, moves
from signaling.protocol.marks import MarksDocument, MarksSaved
from streamer.transport.base import TransportListener
from tests.running.joined_parts import JoinedParts

SIZE = (320, 240)
STILLS_KEPT = 4
WHEEL_STEP = 120


class Proven:
    """An exact picture that this page has hashed itself: pixels [j, i] or [j, i, 3], and what it shows where."""

    def __init__(self, proof: control.StillProof, pixels: NDArray[np.uint8]) -> None:
        self.pixels = pixels
        self.still = proof.still
        packet = frames.decode(base64.b64decode(proof.description))
        assert isinstance(packet, frames.FramesPacket)
        self.records = packet.records


class Page:
    """What it is told is kept for the study that is open; `listener` is the seat."""

    def __init__(self) -> None:
        self.listener: TransportListener | None = None
        self.opened: control.Opened | None = None
        self.failed: control.OpenFailed | None = None
        self.state: control.StateSnapshot | None = None
        self.records: dict[int, frames.ViewportRecord] = {}
        self.marks: tuple[str, ...] = ()
        self.marks_saved = True
        self.proven: Proven | None = None
        self.mismatches = 0
        self.refused: list[str] = []
        self.pictures = 0
        self.renderer = ""
        """What the host said last of who draws: live, restarting or failed."""
        self._parts = JoinedParts()
        self._news = asyncio.Event()
        self._stills: dict[int, bytes] = {}
        self._shown = (0, 0)
        self._epoch = 0
        self._echo = (0.0, 0.0)
        """The host's time in its last beat, ms, and when that came."""
        self._beats = self._sequence = self._wheel = self._event = self._command = self._gesture = 0

    # ---- what it hears

    def told(self, text: str) -> None:
        """A message of the `control` channel."""
        message = self._parts.take(text)
        match message:
            case control.Opened():
                self.opened = message
                self._begin()
            case control.OpenFailed():
                self.failed = message
            case control.StateSnapshot():
                self.state = message
            case MarksDocument():
                self.marks, self.marks_saved = tuple(mark.mark for mark in message.marks), message.saved
            case MarksSaved():
                self.marks_saved = message.saved
            case control.StillProof():
                self._prove(message)
            case control.RendererState():
                self.renderer = message.state
            case control.Rejected():
                self.refused.append(f"{message.code}: {message.message}")
            case _:
                pass
        self._news.set()

    def forget(self) -> None:
        """Another study is asked for."""
        self.opened = self.failed = None
        self.renderer = ""

    def _begin(self) -> None:
        self.records.clear()
        self.state = self.proven = None
        self.marks, self.marks_saved = (), True

    def described(self, data: bytes) -> None:
        """A packet of the `frames` channel; what is of an earlier study is not looked at."""
        packet = frames.decode(data)
        if isinstance(packet, frames.HostBeat):
            self._echo = (packet.time, time.monotonic() * 1000)
            return
        if self.opened is None or (packet.epoch - self.opened.epoch) & 0xFFFF >= 0x8000:
            return
        self._epoch = packet.epoch
        self._shown = (packet.frames[0].revision, packet.frames[0].rtp)
        for record in packet.records:
            known = self.records.get(record.viewport)
            if known is None or record.revision >= known.revision:
                self.records[record.viewport] = record
        self._news.set()

    def pictured(self, pts: int, size: int) -> None:
        """A moving picture; it is not decoded."""
        self.pictures += 1

    def stilled(self, rtp: int, data: bytes) -> None:
        """The bytes of an exact still; its proof follows."""
        self._stills[rtp] = data
        while len(self._stills) > STILLS_KEPT:
            del self._stills[next(iter(self._stills))]

    def _prove(self, proof: control.StillProof) -> None:
        data = self._stills.pop(proof.rtp, None)
        if data is None:
            self.tell(control.StillChecked(still=proof.still, verdict="missing"))
            return
        pixels = np.ascontiguousarray(imagecodecs.png_decode(data))
        found = hashlib.sha256(pixels.tobytes()).hexdigest()
        exact = found == proof.sha256
        self.mismatches += not exact
        verdict = "exact" if exact else "mismatch"
        self.tell(control.StillChecked(still=proof.still, verdict=verdict, sha256=found))
        if exact and (self.opened is not None and (proof.epoch - self.opened.epoch) & 0xFFFF < 0x8000):
            self.proven = Proven(proof, pixels)

    async def until(self, condition: Callable[[], Any], seconds: float) -> bool:
        """Whether it came true in time; looked at whenever something is heard."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return bool(condition())
        return True

    # ---- what it does

    def tell(self, message: control.FromPage) -> None:
        """A message on the `control` channel."""
        if self.listener is not None:
            self.listener.on_control(control.FROM_PAGE.encode(message))

    def command(self, name: str, value: control.CommandValue = None) -> None:
        """One command on what is shown."""
        self._command += 1
        self.tell(control.Command(id=self._command, revision=self._shown[0], name=name, value=value))

    def beat(self) -> None:
        """The sign of life that a page gives every 300 ms."""
        if self.listener is None:
            return
        self._beats += 1
        revision, rtp = self._shown
        now, (told, came) = time.monotonic() * 1000, self._echo
        # Moved on by the time it rested here, as a browser's page does: else the host takes that for a queue of the link.
        beat = moves.PageBeat(
            epoch=self._epoch, sequence=self._beats, time=now, revision=revision, rtp=rtp,
            echo=told and told + now - came, pictures=self.pictures,
        )  # fmt: skip
        self.listener.on_moves(moves.encode_beat(beat))

    def scroll(self, steps: int) -> None:
        """The wheel."""
        self._wheel += steps * WHEEL_STEP
        self._move(0.5, 0.5)

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Left button down, there, and up; places are shares of the picture."""
        self._gesture += 1
        down, up = (self._happened(kind, *at) for kind, at in
                    ((moves.EventKind.DOWN, begin), (moves.EventKind.UP, end)))  # fmt: skip
        self._move(*begin, buttons=1, events=(down,))
        self._move(*end, buttons=1, events=(down,))
        self._move(*end, events=(down, up))

    def _happened(self, kind: moves.EventKind, x: float, y: float) -> moves.PointerEvent:
        self._event += 1
        return moves.PointerEvent(
            number=self._event, kind=kind, gesture=self._gesture, revision=self._shown[0], x=x, y=y,
            commands=self._command,
        )  # fmt: skip

    def _move(
        self, x: float, y: float, *, buttons: int = 0, events: tuple[moves.PointerEvent, ...] = ()
    ) -> None:
        self._sequence += 1
        packet = moves.Moves(
            epoch=self._epoch, sequence=self._sequence, time=time.monotonic() * 1000, revision=self._shown[0],
            gesture=self._gesture if events else 0, buttons=buttons, modifiers=0,
            pointer=moves.PointerType.MOUSE, x=x, y=y, wheel=self._wheel, events=events,
        )  # fmt: skip
        if self.listener is not None:
            self.listener.on_moves(moves.encode_moves(packet))
