"""Tools, interpolation and marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer import journal, mark_change
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
from streamer.viewer.marks import Marks
from streamer.viewer.state import INTERPOLATIONS, TOOLS


def _tool(call: Call) -> Outcome:
    tool = values.text(call.value, TOOLS, "tool")
    if tool == "rotate" and not any(each.kind == "volume" for each in call.state.viewports):
        raise CommandRefused(
            "unsupported", "There is no volume to be turned in this layout; choose MPR + 3D first."
        )
    return call.to(replace(call.state, tool=tool))


def _interpolation(call: Call) -> Outcome:
    return call.to(
        replace(call.state, interpolation=values.text(call.value, INTERPOLATIONS, "interpolation"))
    )


def _undo(call: Call) -> Outcome:
    if not call.marks.done:
        return call.to(call.state, "There is nothing to undo.")
    return _step(call, journal.undo(call.marks), "undo", "Undone")


def _redo(call: Call) -> Outcome:
    if not call.marks.undone:
        return call.to(call.state, "There is nothing to redo.")
    return _step(call, journal.redo(call.marks), "redo", "Redone")


def _step(call: Call, after: Marks, verb: str, done: str) -> Outcome:
    """The step, where the reader sees it or was told of it (the command's value is the mark's id); else what to say of it."""
    change = mark_change.step_between(call.marks, after)
    if change is None:
        return Outcome(call.state, after)
    named = mark_change.words(call.context, change.mark)
    if call.value == change.mark.mark or mark_change.in_sight(call.context, call.state, change):
        return Outcome(call.state, after, message=f"{done}: {named} {change.effect}.", is_step=True)
    place = mark_change.elsewhere(call.context, call.state, change.mark, verb)
    show = ", or Show" if place.viewport >= 0 else ""
    return Outcome(
        call.state, call.marks, message=f"{named}: press again to {verb} it{show}.", elsewhere=place
    )


def _delete_mark(call: Call) -> Outcome:
    mark = call.value if isinstance(call.value, str) else ""
    if journal.find(call.marks, mark) is None:
        raise CommandRefused("bad-command", "This mark is not there any more.")
    return Outcome(call.state, journal.delete(call.marks, mark))


def _no_gesture(call: Call) -> Outcome:
    """Who holds the gesture cancels it; without one there is nothing to do."""
    return call.to(call.state)


TOOLS_AND_MARKS: dict[str, Callable[[Call], Outcome]] = {
    "tool.set": _tool,
    "interpolation.set": _interpolation,
    "undo": _undo,
    "redo": _redo,
    "mark.delete": _delete_mark,
    "gesture.cancel": _no_gesture,
}
