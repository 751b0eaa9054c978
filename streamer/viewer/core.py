"""The front door for whoever holds a session: ViewState and Marks in, ViewState and Marks out; gestures are in `gesture`."""

from __future__ import annotations

from streamer.viewer.commands.table import COMMANDS, apply_command
from streamer.viewer.context import CommandRefused, Context, Outcome, Statistics, VoxelSource
from streamer.viewer.gesture import probe_at
from streamer.viewer.hanging import fits, opened
from streamer.viewer.layout import viewport_at
from streamer.viewer.state import ViewState
from streamer.viewer.windowing import statistics_arrived

__all__ = [
    "COMMANDS", "CommandRefused", "Context", "Outcome", "Statistics", "VoxelSource", "apply_command", "fits", "opened",
    "probe_at", "statistics_arrived", "viewport_under",
]  # fmt: skip


def viewport_under(context: Context, state: ViewState, x: float, y: float) -> int | None:
    """The viewport at a point of the picture; None between viewports and outside."""
    return viewport_at(context.rects(state), x, y)
