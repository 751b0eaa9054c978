"""What commands and tools may look at besides the state: nothing in it changes while they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from streamer.viewer.layout import Rect, rectangles
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.voi import Statistics

__all__ = ["CommandRefused", "Context", "Elsewhere", "Origins", "Outcome", "Statistics", "VoxelSource"]


class CommandRefused(Exception):
    """A command that can't be carried out. `code` is stable, `message` a sentence for the reader: what is wrong, what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class VoxelSource(Protocol):
    """Where stored values come from."""

    def value_at(self, stack: int, frame: int, column: float, row: float) -> float | tuple[float, ...] | None:
        """The modality value of the stored pixel nearest to (column, row), a tuple for colour; None = not loaded."""

    def is_complete(self, stack: int) -> bool:
        """Whether all images of a stack are loaded, so that a plane through it lacks nothing."""


class Origins(Protocol):
    """Which images marks are measured on."""

    def origin(self, mark: Mark) -> str:
        """What the value of a mark would be measured on now."""

    def change_since(self, mark: Mark) -> str:
        """Why the value of a mark is not one of the images that are there now, as a code; empty where it is."""


class OneOrigin:
    """Images that never change."""

    def origin(self, mark: Mark) -> str:
        """The same for all marks."""
        return ""

    def change_since(self, mark: Mark) -> str:
        """Nothing."""
        return ""


@dataclass(frozen=True, slots=True)
class Context:
    """The study's stacks, the visible picture in device pixels, and what is known of the pixels.

    `mark_id` is the fresh id for a mark made by this call: the core has no source of chance.
    """

    stacks: tuple[Stack, ...]
    width: int
    height: int
    device_pixel_ratio: float
    statistics: Mapping[int, Statistics]
    values: VoxelSource
    mark_id: str
    origins: Origins = field(default_factory=OneOrigin)

    def stack_of(self, viewport: ViewportState) -> Stack | None:
        """The stack a viewport shows; None when it is empty or its stack is not there."""
        if viewport.kind == "empty" or not 0 <= viewport.stack < len(self.stacks):
            return None
        return self.stacks[viewport.stack]

    def rects(self, state: ViewState) -> tuple[Rect, ...]:
        """The rectangle of each viewport."""
        return rectangles(state.layout, self.width, self.height, state.active, state.maximized)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the mark is that `verb` (undo, redo) would change and no viewport shows.

    Image number `image` (from 1) of stack `series` shows it; `viewport` can show that, −1 where none does.
    """

    verb: str
    mark: str
    viewport: int
    series: int
    image: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command or a gesture leads to. `draft` is the mark being drawn, not yet among the marks.

    `elsewhere`: a step of the journal that waits, for no viewport shows its mark. `is_step`: one was taken.
    """

    state: ViewState
    marks: Marks
    draft: Mark | None = None
    message: str = ""
    elsewhere: Elsewhere | None = None
    is_step: bool = False
