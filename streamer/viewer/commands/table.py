"""All commands by name."""

from __future__ import annotations

from collections.abc import Callable

from streamer.viewer.commands.call import Call
from streamer.viewer.commands.framing_commands import FRAMING
from streamer.viewer.commands.hanging_commands import HANGING
from streamer.viewer.commands.image_commands import IMAGES
from streamer.viewer.commands.tool_commands import TOOLS_AND_MARKS
from streamer.viewer.commands.volume_commands import VOLUMES
from streamer.viewer.commands.window_commands import WINDOWS
from streamer.viewer.context import CommandRefused, Context, Outcome
from streamer.viewer.marks import Marks
from streamer.viewer.state import ViewState
from streamer.viewer.windowing import settled_outcome

COMMANDS: dict[str, Callable[[Call], Outcome]] = {
    **HANGING, **IMAGES, **WINDOWS, **FRAMING, **TOOLS_AND_MARKS, **VOLUMES
}  # fmt: skip


def apply_command(
    context: Context, state: ViewState, marks: Marks, name: str, viewport: int, value: object
) -> Outcome:
    """What a command leads to; `viewport` −1 is the active one.

    Raises:
        CommandRefused: the command is not known, its value is not valid, or it can't be done here.
    """
    command = COMMANDS.get(name)
    if command is None:
        raise CommandRefused("bad-command", "This command is not known.")
    index = state.active if viewport == -1 else viewport
    if isinstance(index, bool) or not 0 <= index < len(state.viewports):
        raise CommandRefused("bad-command", "There is no such viewport in this layout.")
    return settled_outcome(context, command(Call(context, state, marks, index, value)))
