"""Gestures from the first touch to the end, and the wheel. All functions are pure.

A gesture is resolved against `seen`, the state that was on the glass when the hand acted; what it does counts from the gesture's
start, so that a lost packet costs nothing and the last one alone is enough.
"""

from __future__ import annotations

import math
from dataclasses import replace

from streamer.viewer.context import Context, Outcome
from streamer.viewer.framing import zoomed
from streamer.viewer.hand import Gesture, Hand, clicked
from streamer.viewer.layout import viewport_at
from streamer.viewer.marks import Marks
from streamer.viewer.measure import value_text
from streamer.viewer.navigation import step_image
from streamer.viewer.state import ViewState
from streamer.viewer.tools.mark_tool import GIVEN_UP, UNFINISHED, MarkTool
from streamer.viewer.tools.pointing import pointed_at
from streamer.viewer.tools.toolbox import TOOLBOX, bound_tool, tool_for
from streamer.viewer.viewports import same_content, with_viewport
from streamer.viewer.windowing import settled_outcome

__all__ = [
    "CHANGED", "GIVEN_UP", "UNFINISHED", "Gesture", "Hand", "begin", "cancel", "end", "is_drawn", "move", "probe_at",
    "refused_while_drawing", "wheel", "zoom_wheel",
]  # fmt: skip

CHANGED = "The view had changed under the pointer, so nothing was done; try again."

_WHEEL_ZOOM = 1.1


def begin(
    context: Context, state: ViewState, marks: Marks, seen: ViewState, hand: Hand, button: int
) -> tuple[Gesture | None, Outcome]:
    """The hand went down. The viewport under it becomes the active one; None where the hand means nothing there."""
    index = viewport_at(context.rects(seen), hand.x, hand.y)
    meant = bound_tool(state.tool, button, hand.modifiers, hand.pointer)
    if index is None or meant is None:
        return None, Outcome(state, marks)
    if not _still_there(context, state, seen, index):
        return None, Outcome(state, marks, message=CHANGED)
    tool, message = tool_for(seen.viewports[index].kind, meant)
    gesture = Gesture(tool, index, hand, state, marks, seen)
    gesture, outcome = TOOLBOX[tool].begin(context, gesture, replace(state, active=index), marks)
    return gesture, settled_outcome(context, replace(outcome, message=outcome.message or message))


def move(context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
    """The hand is at a new place, with the same result by whatever way it came."""
    return settled_outcome(context, TOOLBOX[gesture.tool].move(context, gesture, state, marks, hand))


def end(context: Context, gesture: Gesture, state: ViewState, marks: Marks, hand: Hand) -> Outcome:
    """The hand was lifted; near to where it went down that is a click."""
    return settled_outcome(context, TOOLBOX[gesture.tool].end(context, gesture, state, marks, hand))


def cancel(context: Context, gesture: Gesture, state: ViewState, marks: Marks) -> Outcome:
    """The gesture is given up: the view is as it was before it, a draft is gone, no mark of the document is."""
    outcome = settled_outcome(context, TOOLBOX[gesture.tool].cancel(context, gesture, state, marks))
    before = gesture.state0.active
    if outcome.state.active != gesture.viewport or before >= len(outcome.state.viewports):
        return outcome
    return replace(outcome, state=replace(outcome.state, active=before))


def refused_while_drawing(gesture: Gesture | None, before: Outcome, after: Outcome) -> bool:
    """Whether a mark is being drawn, and what else was asked for would change what it is drawn on: it must wait."""
    if gesture is None or not isinstance(TOOLBOX[gesture.tool], MarkTool):
        return False
    return after.state != before.state or after.marks != before.marks


def is_drawn(context: Context, gesture: Gesture, hand: Hand) -> bool:
    """Whether a mark is being drawn and has come further than a click."""
    is_mark = isinstance(TOOLBOX[gesture.tool], MarkTool)
    return is_mark and not clicked(gesture, hand, context.device_pixel_ratio)


def wheel(
    context: Context, state: ViewState, marks: Marks, seen: ViewState, x: float, y: float, steps: int
) -> Outcome:
    """Whole wheel steps over (x, y): towards the reader is the next image; over a volume it zooms."""
    index = viewport_at(context.rects(seen), x, y)
    if index is None or not _still_there(context, state, seen, index):
        return Outcome(state, marks)
    if state.viewports[index].kind == "volume":
        return zoom_wheel(context, state, marks, seen, x, y, float(steps))
    return settled_outcome(context, Outcome(step_image(context, state, index, steps), marks))


def zoom_wheel(
    context: Context, state: ViewState, marks: Marks, seen: ViewState, x: float, y: float, steps: float
) -> Outcome:
    """Wheel steps that zoom about (x, y); away from the reader is larger."""
    index = viewport_at(context.rects(seen), x, y)
    if index is None or not _still_there(context, state, seen, index) or not math.isfinite(steps):
        return Outcome(state, marks)
    viewport = state.viewports[index]
    stack = context.stack_of(viewport)
    if stack is None:
        return Outcome(state, marks)
    factor = _WHEEL_ZOOM ** min(max(-steps, -100.0), 100.0)
    framed = zoomed(viewport, stack, context.rects(state)[index], factor, x, y)
    return Outcome(with_viewport(state, index, framed), marks)


def probe_at(context: Context, seen: ViewState, x: float, y: float) -> tuple[int, str] | None:
    """The viewport and the stored value under a point, as text; None where there is no plane."""
    index = viewport_at(context.rects(seen), x, y)
    if index is None:
        return None
    target = pointed_at(context, seen, index, x, y)
    if target is None:
        return None
    return index, value_text(context, target.viewport, target.view.frame, target.point)


def _still_there(context: Context, state: ViewState, seen: ViewState, index: int) -> bool:
    """Whether what was seen in a viewport is still there, at the same place."""
    return same_content(state, seen, index) and context.rects(state)[index] == context.rects(seen)[index]
