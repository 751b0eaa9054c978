"""Zoom, pan, flip, rotation, and the way back to how an image opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer import framing
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
from streamer.viewer.viewports import with_viewport
from streamer.viewer.volume_camera import fitted_camera
from streamer.viewer.windowing import with_inversion, with_opening_window

ONLY_PROJECTIONS = (
    "Only projection images such as X-rays may be flipped or rotated; here left and right are fixed."
)


def _fit(call: Call) -> Outcome:
    return call.to_viewport(framing.fitted(call.viewport, call.stack, call.rect))


def _one_to_one(call: Call) -> Outcome:
    call.require_images()
    return call.to_viewport(framing.one_to_one(call.viewport, call.stack, call.rect))


def _zoom(call: Call) -> Outcome:
    factor = values.number(call.value, "zoom factor")
    if factor <= 0.0:
        raise CommandRefused("bad-command", "A zoom factor must be above 0.")
    return call.to_viewport(framing.zoomed(call.viewport, call.stack, call.rect, min(max(factor, 1e-3), 1e3)))


def _rotate(call: Call) -> Outcome:
    _require_projection(call)
    return call.to_viewport(framing.rotated(call.viewport))


def _flip(call: Call) -> Outcome:
    _require_projection(call)
    return call.to_viewport(framing.flipped(call.viewport))


def _require_projection(call: Call) -> None:
    if not call.stack.projection or call.viewport.kind != "stack":
        raise CommandRefused("unsupported", ONLY_PROJECTIONS)


def _reset(call: Call) -> Outcome:
    """Zoom, pan, window and orientation as at opening; the slice stays, and so do all marks."""
    stack = call.stack
    upright = replace(call.viewport, flipped=False, quarter_turns=0)
    if upright.kind == "volume":
        upright = replace(upright, camera=fitted_camera(stack, aspect=framing.aspect(call.rect)))
    upright = framing.fitted(upright, stack, call.rect)
    state = with_inversion(with_viewport(call.state, call.index, upright), call.index, False)
    return call.to(with_opening_window(state, call.index, stack, call.statistics))


FRAMING: dict[str, Callable[[Call], Outcome]] = {
    "fit": _fit,
    "one_to_one": _one_to_one,
    "zoom.by": _zoom,
    "rotate": _rotate,
    "flip": _flip,
    "reset": _reset,
}
