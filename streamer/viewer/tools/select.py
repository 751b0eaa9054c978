"""Select: what a gesture does where no tool can work; the viewport is made the active one and nothing else happens."""

from __future__ import annotations

from streamer.viewer.context import Context
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.state import ViewState
from streamer.viewer.tools.tool import ViewTool


class Select(ViewTool):
    """Does nothing to the view."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """As it is."""
        return state

    def restored(self, context: Context, gesture: Gesture, state: ViewState) -> ViewState:
        """As it is."""
        return state
