"""Trackball: the volume turns under the hand."""

from __future__ import annotations

import math
from dataclasses import replace

from streamer.viewer.context import Context
from streamer.viewer.framing import camera_of
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.state import ViewState
from streamer.viewer.tools.tool import ViewTool, start_of
from streamer.viewer.viewports import with_viewport
from streamer.viewer.volume_camera import trackball


class Trackball(ViewTool):
    """Half a turn for a drag across the viewport's shorter side."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """The camera turned by the whole drag."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, rect = start
        per_pixel = math.pi / max(min(rect.width, rect.height), 1)
        right, down = (hand.x - gesture.start.x) * per_pixel, (hand.y - gesture.start.y) * per_pixel
        camera = trackball(camera_of(viewport, stack, rect), right, down)
        return with_viewport(
            state, gesture.viewport, replace(state.viewports[gesture.viewport], camera=camera)
        )
