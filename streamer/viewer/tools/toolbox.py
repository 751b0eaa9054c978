"""Which tool a hand works with: by button, keys held, fingers, and what the viewport shows."""

from __future__ import annotations

from streamer.viewer.hand import ALT, LEFT, MIDDLE, MOUSE, RIGHT, SHIFT, SPACE, TWO_FINGERS
from streamer.viewer.tools.crosshair import Crosshair
from streamer.viewer.tools.framing import Pan, Pinch, Zoom
from streamer.viewer.tools.length import Length
from streamer.viewer.tools.probe import Probe
from streamer.viewer.tools.scroll import Scroll
from streamer.viewer.tools.select import Select
from streamer.viewer.tools.tool import Tool
from streamer.viewer.tools.trackball import Trackball
from streamer.viewer.tools.window import Window

TOOLBOX: dict[str, Tool] = {
    "scroll": Scroll(),
    "window": Window(),
    "pan": Pan(),
    "zoom": Zoom(),
    "pinch": Pinch(),
    "crosshair": Crosshair(),
    "length": Length(),
    "probe": Probe(),
    "trackball": Trackball(),
    "select": Select(),
}

NO_PLANE = "A volume has no plane to measure on; measure in one of the slices."

_ON_VOLUME = {
    "scroll": "trackball",
    "rotate": "trackball",
    "crosshair": "trackball",
    "length": "select",
    "probe": "select",
}
_ON_PLANE = {"rotate": "scroll"}


def bound_tool(active: str, button: int, modifiers: int, pointer: int) -> str | None:
    """The tool that a hand means; None for a button without one."""
    if pointer == TWO_FINGERS:
        return "pinch"
    if pointer != MOUSE and button == LEFT:
        return active
    if button == RIGHT:
        return "window"
    if button == MIDDLE:
        return "pan"
    if button != LEFT:
        return None
    for held, tool in ((SPACE, "pan"), (ALT, "window"), (SHIFT, "zoom")):
        if modifiers & held:
            return tool
    return active


def tool_for(kind: str, tool: str) -> tuple[str, str]:
    """The tool that works on a viewport of this kind, and a sentence where it is not the one meant."""
    if kind == "empty":
        return "select", ""
    if kind == "volume":
        return _ON_VOLUME.get(tool, tool), NO_PLANE if tool in ("length", "probe") else ""
    return _ON_PLANE.get(tool, tool), ""
