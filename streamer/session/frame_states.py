"""What is known of each frame of a load: there, still to come, or failed, and what is said of its data."""

from __future__ import annotations

from streamer.ipc.volume_cache import FrameState
from streamer.session import load_life
from streamer.session.load_life import FrameEvent, FrameLife


class FrameStates:
    """Of one stack's frames, by number."""

    def __init__(self, frames: int) -> None:
        self.present = bytearray(frames)
        self.failures: dict[int, str] = {}
        self.noticed: dict[int, tuple[str, ...]] = {}
        """Codes (signaling.protocol.reservations) of what is said of frames' data."""

    @property
    def present_count(self) -> int:
        """How many frames can be drawn."""
        return self.present.count(1)

    def state_of(self, frame: int) -> FrameState:
        """Whether a frame is absent, present or failed."""
        if not 0 <= frame < len(self.present):
            return FrameState.ABSENT
        if self.present[frame]:
            return FrameState.PRESENT
        return FrameState.FAILED if frame in self.failures else FrameState.ABSENT

    @property
    def absent_count(self) -> int:
        """How many can't."""
        return len(self.present) - self.present_count

    def frame_life(self, frame: int) -> FrameLife:
        """What is known of a frame."""
        if self.present[frame]:
            return FrameLife.PRESENT
        return FrameLife.LATER if frame in self.failures else FrameLife.ABSENT

    def move(self, frame: int, event: FrameEvent, problem: str = "") -> None:
        """Something happened to a frame; `problem` says why it could not be read."""
        life = load_life.frame_after(self.frame_life(frame), event)
        self.present[frame] = life is FrameLife.PRESENT
        if life in (FrameLife.PRESENT, FrameLife.ABSENT):
            self.failures.pop(frame, None)
        elif problem:
            self.failures[frame] = problem
