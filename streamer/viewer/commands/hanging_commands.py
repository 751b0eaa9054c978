"""Layouts, viewports and series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer import hanging
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import Outcome
from streamer.viewer.state import LAYOUTS


def _layout(call: Call) -> Outcome:
    layout = values.text(call.value, LAYOUTS, "layout")
    return call.to(hanging.set_layout(call.context, replace(call.state, active=call.index), layout))


def _activate(call: Call) -> Outcome:
    return call.to(replace(call.state, active=call.index))


def _maximize(call: Call) -> Outcome:
    return call.to(replace(call.state, active=call.index, maximized=not call.state.maximized))


def _series(call: Call) -> Outcome:
    index = values.whole(call.value, "series")
    return call.to(hanging.set_series(call.context, call.state, call.index, index))


def _step_series(call: Call) -> Outcome:
    steps = values.whole(call.value, "number of series")
    index = hanging.neighbour(call.context, call.state, call.index, steps)
    if index is None:
        return call.to(call.state, f"This is the {'last' if steps > 0 else 'first'} series of the study.")
    if index == call.viewport.stack:
        return call.to(call.state)
    return call.to(hanging.set_series(call.context, call.state, call.index, index))


HANGING: dict[str, Callable[[Call], Outcome]] = {
    "layout.set": _layout,
    "viewport.activate": _activate,
    "viewport.maximize": _maximize,
    "series.set": _series,
    "series.step": _step_series,
}
