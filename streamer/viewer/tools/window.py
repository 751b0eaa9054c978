"""Window: right widens, up lowers the centre (brighter); on a volume the same drag shifts and stretches its opacity."""

from __future__ import annotations

from streamer.viewer.context import Context
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.state import ViewState
from streamer.viewer.tools.tool import ViewTool, start_of
from streamer.viewer.voi import dragged_voi
from streamer.viewer.windowing import with_window, with_window_of


class Window(ViewTool):
    """The window follows the hand."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """The window that the whole drag leads to from the one at its start."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, _ = start
        ratio = context.device_pixel_ratio
        right, down = (hand.x - gesture.start.x) / ratio, (hand.y - gesture.start.y) / ratio
        voi = dragged_voi(stack, viewport.voi, right, down, context.statistics.get(viewport.stack))
        return with_window(state, gesture.viewport, stack, voi)

    def restored(self, context: Context, gesture: Gesture, state: ViewState) -> ViewState:
        """The window as it was."""
        before = gesture.state0.viewports[gesture.viewport]
        stack = context.stack_of(before)
        return state if stack is None else with_window_of(state, gesture.viewport, stack, before)
