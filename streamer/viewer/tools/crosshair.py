"""Cross-hair: one point of the patient in every viewport of the same frame of reference."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.context import Context, Outcome
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.marks import Marks
from streamer.viewer.navigation import point_at
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.tools.pointing import pointed_at
from streamer.viewer.tools.tool import ViewTool
from streamer.viewer.viewports import with_viewports

NO_POSITION = "The position of this image in the patient is not known, so the cross-hair can't be set on it."


class Crosshair(ViewTool):
    """The cross-hair is where the hand is, from the moment it goes down; a click sets it."""

    def begin(
        self, context: Context, gesture: Gesture, state: ViewState, marks: Marks
    ) -> tuple[Gesture, Outcome]:
        """The cross-hair jumps to the hand."""
        stack = context.stack_of(gesture.seen.viewports[gesture.viewport])
        if stack is None or not stack.geometry.positioned:
            return gesture, Outcome(state, marks, message=NO_POSITION)
        return gesture, self.move(context, gesture, state, marks, gesture.start)

    def end(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """It stays there."""
        return self.move(context, gesture, state, marks, hand)

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """The point under the hand, on the plane that was seen when it went down."""
        target = pointed_at(context, gesture.seen, gesture.viewport, hand.x, hand.y)
        if target is None:
            return state
        return point_at(context, self.restored(context, gesture, state), gesture.viewport, target.point)

    def restored(self, context: Context, gesture: Gesture, state: ViewState) -> ViewState:
        """The cross-hair, and the images that followed it, as they were."""
        earlier = iter(gesture.state0.viewports)

        def back(now: ViewportState) -> ViewportState:
            before = next(earlier, None)
            if before is None or (before.kind, before.stack) != (now.kind, now.stack):
                return now
            return replace(now, image=before.image)

        return replace(with_viewports(state, back), cross_hair=gesture.state0.cross_hair)
