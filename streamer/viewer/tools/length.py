"""Length: a line from where the hand goes down to where it is lifted."""

from __future__ import annotations

from streamer.viewer.context import Context
from streamer.viewer.marks import Mark
from streamer.viewer.measure import length_text, measurable
from streamer.viewer.tools.mark_tool import MarkTool
from streamer.viewer.tools.pointing import Target


class Length(MarkTool):
    """Two points and their distance."""

    kind = "length"
    points = 2

    def text(self, context: Context, target: Target, mark: Mark, frame: int | None) -> str:
        """Millimetres where the geometry may be believed, else pixels."""
        against = measurable(context, target.viewport, frame, mark.points)
        if against != "yes":
            return against
        return length_text(target.stack, frame, mark.points[0], mark.points[1])
