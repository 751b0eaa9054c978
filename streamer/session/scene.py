"""What the picture and still loops need of a session: the newest state, and what a picture of it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from signaling.protocol.frames import ViewportRecord
from streamer.viewer.state import ViewState


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is special about one drawn picture: `missing` and `incomplete` are viewports, as in ipc.messages.Encoded."""

    revision: int
    scale: float
    missing: tuple[int, ...]
    incomplete: tuple[int, ...]


class Scene(Protocol):
    """Where the loops find what to draw."""

    @property
    def revision(self) -> int:
        """The newest revision."""

    @property
    def state(self) -> ViewState:
        """The newest state."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the visible picture."""

    @property
    def input_sequence(self) -> int:
        """The newest input the state has in it."""

    @property
    def event_acknowledged(self) -> int:
        """The last discrete event applied."""

    @property
    def command(self) -> int:
        """The last command applied or refused."""

    @property
    def has_volume(self) -> bool:
        """Whether a volume viewport is shown (drawn coarser while moving)."""

    @property
    def loading(self) -> bool:
        """Whether pixels are still coming that will change the picture."""

    def records(self, state: ViewState, size: tuple[int, int], drawn: Drawn) -> list[ViewportRecord]:
        """What each viewport of that picture shows."""
