"""What every kind of viewport looks like to the composer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from streamer.render.mapped_stack import MappedStack
from streamer.viewer.layout import Rect
from streamer.viewer.state import ViewportState
from streamer.viewer.vector import Vec3


@dataclass(frozen=True, slots=True)
class ViewportJob:
    """Everything one viewport's picture depends on, but for the pixels. `moving` allows coarser sampling."""

    viewport: ViewportState
    rect: Rect
    interpolation: str
    cross_hair: Vec3 | None
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """One viewport's picture: uint8 [rows, columns] (grey) or [rows, columns, 3] (RGB), never written again.

    `missing`: the image asked for is not loaded and is hatched; `incomplete`: some voxels behind it are not; `fault`: a
    sentence that says why it could not be drawn.
    """

    pixels: np.ndarray[Any, Any]
    missing: bool = False
    incomplete: bool = False
    fault: str = ""


class Interrupted(Exception):
    """A picture was given up half done because a newer one is wanted."""


class ViewportRenderer(Protocol):
    """Draws one kind of viewport. The same job and pixels give the same bytes."""

    def draw(self, job: ViewportJob, stack: MappedStack) -> Target:
        """The picture of the viewport.

        Raises:
            DrawingError: it can't be drawn; the message says why.
            Interrupted: a newer picture is wanted.
        """

    def forget(self) -> None:
        """Lets go of every stack."""
