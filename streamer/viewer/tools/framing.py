"""Pan, zoom, and both at once with two fingers."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.context import Context
from streamer.viewer.framing import panned, zoomed
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.tools.tool import ViewTool, start_of
from streamer.viewer.viewports import with_viewport

_DOUBLE = 120.0
"""CSS pixels of drag that double the size."""


def _framed(state: ViewState, index: int, framed: ViewportState) -> ViewState:
    """The state with the framing of one viewport taken over, and nothing else of it."""
    now = state.viewports[index]
    return with_viewport(state, index, replace(now, zoom=framed.zoom, pan=framed.pan, camera=framed.camera))


class Pan(ViewTool):
    """The image moves with the hand."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """The point taken hold of is under the hand."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, rect = start
        dx, dy = hand.x - gesture.start.x, hand.y - gesture.start.y
        return _framed(state, gesture.viewport, panned(viewport, stack, rect, dx, dy))


class Zoom(ViewTool):
    """Up is larger; the point where the drag began stays where it is."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """Twice the size for each 120 CSS pixels upwards."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, rect = start
        doublings = (gesture.start.y - hand.y) / (_DOUBLE * context.device_pixel_ratio)
        factor = 2.0 ** min(max(doublings, -20.0), 20.0)
        return _framed(
            state, gesture.viewport, zoomed(viewport, stack, rect, factor, gesture.start.x, gesture.start.y)
        )


class Pinch(ViewTool):
    """Two fingers: the image follows their centroid and their distance."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """What was between the fingers stays between them."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, rect = start
        factor = min(max(hand.scale, 1e-3), 1e3)
        larger = zoomed(viewport, stack, rect, factor, gesture.start.x, gesture.start.y)
        dx, dy = hand.x - gesture.start.x, hand.y - gesture.start.y
        return _framed(state, gesture.viewport, panned(larger, stack, rect, dx, dy))
