"""Tools, interpolation and marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer import journal
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
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
    return Outcome(
        call.state, journal.undo(call.marks), message="" if call.marks.done else "There is nothing to undo."
    )


def _redo(call: Call) -> Outcome:
    return Outcome(
        call.state, journal.redo(call.marks), message="" if call.marks.undone else "There is nothing to redo."
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
