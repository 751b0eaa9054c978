"""Windows and inversion."""

from __future__ import annotations

from collections.abc import Callable

from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
from streamer.viewer.presets import preset_voi
from streamer.viewer.voi import full_range_voi, percentile_voi, typed_voi
from streamer.viewer.windowing import opening_voi, with_window

STILL_READING = "This series is still being read; try again in a moment."


def _preset(call: Call) -> Outcome:
    name = call.value if isinstance(call.value, str) else ""
    voi = preset_voi(call.stack, name)
    if voi is None:
        raise CommandRefused(
            "bad-command", "This series has no such window preset; choose one from its list."
        )
    return call.to_window(voi)


def _typed(call: Call) -> Outcome:
    center, width = values.pair(call.value, "window")
    try:
        return call.to_window(typed_voi(call.stack, center, width))
    except ValueError as wrong:
        raise CommandRefused("bad-command", str(wrong)) from None


def _percentiles(call: Call) -> Outcome:
    if call.stack.pixels.samples == 3:
        return call.to_window(opening_voi(call.viewport, call.stack, None))
    statistics = call.context.statistics.get(call.viewport.stack)
    if statistics is None:
        raise CommandRefused("unsupported", STILL_READING)
    return call.to_window(percentile_voi(call.stack, statistics))


def _full_range(call: Call) -> Outcome:
    stack, statistics = call.stack, call.context.statistics.get(call.viewport.stack)
    if statistics is None:
        raise CommandRefused("unsupported", STILL_READING)
    return call.to_window(full_range_voi(stack, statistics))


def _file_window(call: Call) -> Outcome:
    """The file's first window, and the next one each time again."""
    windows = call.stack.windows
    if not windows or call.stack.pixels.samples == 3:
        raise CommandRefused("unsupported", "The file brings no window of its own.")
    position = windows.index(call.viewport.voi) + 1 if call.viewport.voi in windows else 0
    return call.to_window(windows[position % len(windows)])


def _invert(call: Call) -> Outcome:
    _ = call.stack
    if call.viewport.kind == "volume":
        raise CommandRefused("unsupported", "A volume can't be inverted; use one of the slices.")
    return call.to(with_window(call.state, call.index, call.viewport.voi, not call.viewport.inverted))


WINDOWS: dict[str, Callable[[Call], Outcome]] = {
    "preset.apply": _preset,
    "voi.set": _typed,
    "voi.percentiles": _percentiles,
    "voi.full": _full_range,
    "voi.file": _file_window,
    "invert": _invert,
}
