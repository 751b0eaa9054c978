"""Windows and inversion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import CommandRefused, Outcome
from streamer.viewer.presets import preset_voi
from streamer.viewer.voi import full_range_voi, percentile_voi, typed_voi
from streamer.viewer.windowing import CHOSEN, opening_voi, with_inversion, with_opening_window

STILL_READING = "This series is still being read; try again in a moment."


def _preset(call: Call) -> Outcome:
    name = call.value if isinstance(call.value, str) else ""
    voi = preset_voi(call.stack, name, call.terms)
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
    if call.statistics is None:
        raise CommandRefused("unsupported", STILL_READING)
    voi = percentile_voi(call.stack, call.statistics)
    return call.to_window(replace(voi, source=f"{CHOSEN}{voi.source}"))


def _full_range(call: Call) -> Outcome:
    stack, statistics = call.stack, call.statistics
    if statistics is None:
        raise CommandRefused("unsupported", STILL_READING)
    return call.to_window(full_range_voi(stack, statistics))


def _file_window(call: Call) -> Outcome:
    """Back to the window that the file gives the image, as at opening, and to its next one each time again."""
    windows = call.terms.windows
    opening = opening_voi(call.viewport, call.stack, call.statistics)
    if call.stack.pixels.samples == 3 or (not windows and opening.source in ("", "percentiles")):
        raise CommandRefused("unsupported", "The file brings no window of its own.")
    shown = call.viewport.voi
    plain = replace(shown, source=shown.source.removeprefix(CHOSEN))
    position = windows.index(plain) + 1 if plain in windows else 0
    if opening not in windows or not 0 < position < len(windows):
        return call.to(with_opening_window(call.state, call.index, call.stack, call.statistics))
    following = windows[position]
    return call.to_window(replace(following, source=f"{CHOSEN}{following.source}"))


def _invert(call: Call) -> Outcome:
    _ = call.stack
    if call.viewport.kind == "volume":
        raise CommandRefused("unsupported", "A volume can't be inverted; use one of the slices.")
    return call.to(with_inversion(call.state, call.index, not call.viewport.inverted))


WINDOWS: dict[str, Callable[[Call], Outcome]] = {
    "preset.apply": _preset,
    "voi.set": _typed,
    "voi.percentiles": _percentiles,
    "voi.full": _full_range,
    "voi.file": _file_window,
    "invert": _invert,
}
