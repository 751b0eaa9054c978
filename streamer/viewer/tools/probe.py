"""Probe: the stored value at a point."""

from __future__ import annotations

from streamer.viewer.context import Context
from streamer.viewer.marks import Mark
from streamer.viewer.measure import value_text
from streamer.viewer.tools.mark_tool import MarkTool
from streamer.viewer.tools.pointing import Target


class Probe(MarkTool):
    """One point and its value; a click makes one."""

    kind = "probe"
    by_click = True

    def text(self, context: Context, target: Target, mark: Mark, frame: int | None) -> str:
        """The value of the nearest stored pixel, with its unit."""
        return value_text(context, target.viewport, frame, mark.points[0])
