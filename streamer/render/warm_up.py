"""A picture that nobody sees: the first one pays for VTK's and numpy's late loading, so a spare worker draws it beforehand."""

from __future__ import annotations

import numpy as np

from streamer.render.mapped_stack import PRESENT, MappedStack
from streamer.render.viewport_renderer import ViewportJob, ViewportRenderer
from streamer.viewer.layout import Rect
from streamer.viewer.stack import FrameRef, PixelFormat, Stack, StackGeometry
from streamer.viewer.state import ViewportState

SIDE = 64


def warm_up(renderer: ViewportRenderer) -> None:
    """Draws a black frame of 64 × 64 pixels enlarged to 640 × 400, as the first picture of a study will be drawn."""
    geometry = StackGeometry((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), ((0.0, 0.0, 0.0),), (1.0, 1.0))
    stack = Stack("", "", SIDE, SIDE, (FrameRef(""),), geometry, PixelFormat("int16"))
    states = np.full(1, PRESENT, np.uint8)
    pixels = np.zeros((1, SIDE, SIDE), np.int16)
    for interpolation in ("cubic", "linear"):
        job = ViewportJob(
            viewport=ViewportState(kind="stack", stack=0),
            rect=Rect(0, 0, 640, 400),
            interpolation=interpolation,
            cross_hair=None,
            moving=False,
        )
        renderer.draw(job, MappedStack(stack, states, pixels))
    renderer.forget()
