"""Discrete commands by name. Each takes what it needs from its Call, and returns the outcome or refuses in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from streamer.viewer import framing, hanging, journal, navigation, values
from streamer.viewer.context import CommandRefused, Context, Outcome
from streamer.viewer.layout import Rect
from streamer.viewer.marks import Marks
from streamer.viewer.planar import image_count
from streamer.viewer.presets import VOLUME_PRESETS, preset_voi, volume_voi
from streamer.viewer.stack import Stack, Voi
from streamer.viewer.state import INTERPOLATIONS, LAYOUTS, TOOLS, ViewportState, ViewState
from streamer.viewer.viewports import with_viewport
from streamer.viewer.voi import full_range_voi, percentile_voi, typed_voi
from streamer.viewer.volume_camera import VIEWS, fitted_camera
from streamer.viewer.windowing import opening_voi, with_window

NO_SERIES = "There is no series in this viewport; choose one first."
ONLY_PROJECTIONS = (
    "Only projection images such as X-rays may be flipped or rotated; here left and right are fixed."
)
ONLY_IMAGES = "A volume has no single images; use one of the slices."
ONLY_VOLUMES = "There is no volume in this layout; choose MPR + 3D first."
STILL_READING = "This series is still being read; try again in a moment."


@dataclass(frozen=True, slots=True)
class Call:
    """One command on its way: what it acts on and the value that came with it."""

    context: Context
    state: ViewState
    marks: Marks
    index: int
    value: object

    @property
    def viewport(self) -> ViewportState:
        """The viewport it acts on."""
        return self.state.viewports[self.index]

    @property
    def stack(self) -> Stack:
        """The stack it acts on; refused where the viewport is empty."""
        stack = self.context.stack_of(self.viewport)
        if stack is None:
            raise CommandRefused("unsupported", NO_SERIES)
        return stack

    @property
    def rect(self) -> Rect:
        """The viewport's rectangle."""
        return self.context.rects(self.state)[self.index]

    def to(self, state: ViewState, message: str = "") -> Outcome:
        """The outcome with this state; the marks stay."""
        return Outcome(state, self.marks, message=message)

    def to_viewport(self, viewport: ViewportState) -> Outcome:
        """The outcome with this viewport in place of the one acted on."""
        return self.to(with_viewport(self.state, self.index, viewport))

    def to_window(self, voi: Voi) -> Outcome:
        """The outcome with this window."""
        return self.to(with_window(self.state, self.index, voi))


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
    return command(Call(context, state, marks, index, value))


# ---- layout and series


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


# ---- images


def _image(call: Call) -> Outcome:
    return _go(call, values.whole(call.value, "image number") - 1)


def _step_image(call: Call) -> Outcome:
    steps = values.whole(call.value, "number of images")
    _require_images(call)
    return call.to(navigation.step_image(call.context, call.state, call.index, steps))


def _first_image(call: Call) -> Outcome:
    return _go(call, 0)


def _last_image(call: Call) -> Outcome:
    return _go(call, image_count(call.viewport, call.stack) - 1)


def _go(call: Call, image: int) -> Outcome:
    _require_images(call)
    return call.to(navigation.go_to_image(call.context, call.state, call.index, image))


def _require_images(call: Call) -> None:
    _ = call.stack
    if call.viewport.kind == "volume":
        raise CommandRefused("unsupported", ONLY_IMAGES)


# ---- window


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


# ---- framing


def _fit(call: Call) -> Outcome:
    return call.to_viewport(framing.fitted(call.viewport, call.stack, call.rect))


def _one_to_one(call: Call) -> Outcome:
    _require_images(call)
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
    voi = opening_voi(upright, stack, call.context.statistics.get(upright.stack))
    return call.to(with_window(with_viewport(call.state, call.index, upright), call.index, voi, False))


# ---- tools and marks


def _tool(call: Call) -> Outcome:
    return call.to(replace(call.state, tool=values.text(call.value, TOOLS, "tool")))


def _interpolation(call: Call) -> Outcome:
    return call.to(
        replace(call.state, interpolation=values.text(call.value, INTERPOLATIONS, "interpolation"))
    )


def _undo(call: Call) -> Outcome:
    return Outcome(
        call.state, journal.undo(call.marks), message="" if call.marks.done else "There is nothing to undo."
    )


def _redo(call: Call) -> Outcome:
    return Outcome(
        call.state, journal.redo(call.marks), message="" if call.marks.undone else "There is nothing to redo."
    )


def _delete_mark(call: Call) -> Outcome:
    mark = call.value if isinstance(call.value, str) else ""
    if journal.find(call.marks, mark) is None:
        raise CommandRefused("bad-command", "This mark is not there any more.")
    return Outcome(call.state, journal.delete(call.marks, mark))


def _no_gesture(call: Call) -> Outcome:
    """Who holds the gesture cancels it; without one there is nothing to do."""
    return call.to(call.state)


# ---- volumes


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


COMMANDS: dict[str, Callable[[Call], Outcome]] = {
    "layout.set": _layout,
    "viewport.activate": _activate,
    "viewport.maximize": _maximize,
    "series.set": _series,
    "series.step": _step_series,
    "tool.set": _tool,
    "preset.apply": _preset,
    "voi.set": _typed,
    "voi.percentiles": _percentiles,
    "voi.full": _full_range,
    "voi.file": _file_window,
    "invert": _invert,
    "fit": _fit,
    "one_to_one": _one_to_one,
    "zoom.by": _zoom,
    "rotate": _rotate,
    "flip": _flip,
    "reset": _reset,
    "image.go": _image,
    "image.step": _step_image,
    "image.first": _first_image,
    "image.last": _last_image,
    "interpolation.set": _interpolation,
    "undo": _undo,
    "redo": _redo,
    "mark.delete": _delete_mark,
    "volume.preset": _volume_preset,
    "volume.view": _volume_view,
    "gesture.cancel": _no_gesture,
}
