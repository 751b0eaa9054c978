"""What a tool is. It counts from the gesture's start to the hand's last position, so that lost packets cost nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from streamer.viewer.context import Context, Outcome
from streamer.viewer.hand import Gesture, Hand, clicked
from streamer.viewer.layout import Rect
from streamer.viewer.marks import Marks
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.viewports import same_content, with_viewport


class Tool(Protocol):
    """The life of a gesture. Every call returns the whole new state and marks."""

    def begin(
        self, context: Context, gesture: Gesture, state: ViewState, marks: Marks
    ) -> tuple[Gesture, Outcome]:
        """The hand went down; the tool may note in the gesture what it took hold of."""

    def move(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """The hand is at a new place."""

    def end(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """The hand was lifted."""

    def cancel(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks) -> Outcome:
        """The gesture is given up: what it changed is as before."""


class ViewTool:
    """A tool that changes how a viewport is seen, and never a mark. A click with it changes nothing.

    A tool says in `moved` what the hand leads to; `restored` names what it may have changed.
    """

    def begin(
        self, context: Context, gesture: Gesture, state: ViewState, marks: Marks
    ) -> tuple[Gesture, Outcome]:
        """Nothing yet."""
        return gesture, Outcome(state, marks)

    def move(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """The view follows the hand, as long as the viewport shows what it showed."""
        if not same_content(gesture.state0, state, gesture.viewport):
            return Outcome(state, marks)
        return Outcome(self.moved(context, gesture, state, hand), marks)

    def end(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
        """As at the last position; a click leaves the view as it was."""
        if clicked(gesture, hand, context.device_pixel_ratio):
            return self.cancel(context, gesture, state, marks)
        return self.move(context, gesture, state, marks, hand)

    def cancel(self, context: Context, gesture: Gesture, state: ViewState, marks: Marks) -> Outcome:
        """The view as it was."""
        if not same_content(gesture.state0, state, gesture.viewport):
            return Outcome(state, marks)
        return Outcome(self.restored(context, gesture, state), marks)

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """The state with the hand here, counted from the gesture's start."""
        raise NotImplementedError

    def restored(self, context: Context, gesture: Gesture, state: ViewState) -> ViewState:
        """The state without what `moved` did: zoom, pan and camera, unless a tool says otherwise."""
        before = gesture.state0.viewports[gesture.viewport]
        now = state.viewports[gesture.viewport]
        return with_viewport(
            state, gesture.viewport, replace(now, zoom=before.zoom, pan=before.pan, camera=before.camera)
        )


def start_of(context: Context, gesture: Gesture) -> tuple[ViewportState, Stack, Rect] | None:
    """The gesture's viewport as it was at its start, with its stack and rectangle; None where it is empty."""
    viewport = gesture.state0.viewports[gesture.viewport]
    stack = context.stack_of(viewport)
    if stack is None:
        return None
    return viewport, stack, context.rects(gesture.state0)[gesture.viewport]
