"""Looks and sides of a volume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer import framing
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
from streamer.viewer.presets import VOLUME_PRESETS, volume_voi
from streamer.viewer.volume_camera import VIEWS, fitted_camera

ONLY_VOLUMES = "There is no volume in this layout; choose MPR + 3D first."


def _volume_preset(call: Call) -> Outcome:
    name = values.text(call.value, VOLUME_PRESETS, "volume preset")
    call = _on_volume(call)
    voi = volume_voi(call.stack, name, call.context.statistics.get(call.viewport.stack))
    return call.to_viewport(replace(call.viewport, preset=name, voi=voi))


def _volume_view(call: Call) -> Outcome:
    view = values.text(call.value, VIEWS, "view")
    call = _on_volume(call)
    camera = fitted_camera(call.stack, view, framing.aspect(call.rect))
    return call.to_viewport(replace(call.viewport, camera=camera))


def _on_volume(call: Call) -> Call:
    """The call turned to the layout's volume where its own viewport is none."""
    if call.viewport.kind == "volume":
        return call
    for index, viewport in enumerate(call.state.viewports):
        if viewport.kind == "volume":
            return replace(call, index=index)
    raise CommandRefused("unsupported", ONLY_VOLUMES)


VOLUMES: dict[str, Callable[[Call], Outcome]] = {
    "volume.preset": _volume_preset,
    "volume.view": _volume_view,
}
