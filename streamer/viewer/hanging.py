"""What is put into which viewport: the first view, layouts, series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from streamer.viewer.context import CommandRefused, Context
from streamer.viewer.framing import aspect
from streamer.viewer.geometry import frame_position, inside_volume, normal, same_frame_of_reference
from streamer.viewer.layout import is_mpr, rectangles, viewport_count
from streamer.viewer.mpr import default_cross_hair
from streamer.viewer.presets import default_volume_preset, volume_voi
from streamer.viewer.stack import Stack
from streamer.viewer.state import LAYOUTS, PLANES, ViewportState, ViewState
from streamer.viewer.vector import Vec3, add, dot, scale
from streamer.viewer.voi import Statistics
from streamer.viewer.volume_camera import fitted_camera
from streamer.viewer.windowing import opening_voi

SHELF = 9
"""How many viewports are kept for the way back."""

_EMPTY = ViewportState()
_ANOTHER_PATIENT = "This series is of another patient and is not hung beside what is shown. Choose one viewport to see it alone."


def opened(
    stacks: tuple[Stack, ...],
    *,
    width: int,
    height: int,
    series_uid: str = "",
    image: int = 0,
    statistics: Mapping[int, Statistics] | None = None,
) -> ViewState:
    """The first view of a study: one viewport, the series asked for or else the first that can be read, fitted and windowed.

    `image` counts from 1; 0 is the middle of a positioned stack, else the first. The view does not depend on width and height
    yet: zoom is relative to the fitted image.
    """
    known = statistics or {}
    own_first = sorted(enumerate(stacks), key=lambda each: each[1].patient != 0)
    for index, stack in own_first:
        if not stack.fault and stack.frames and series_uid in ("", stack.series_instance_uid):
            viewport = stack_viewport(index, stack, known.get(index))
            if image > 0:
                viewport = replace(viewport, image=min(image, len(stack.frames)) - 1)
                viewport = replace(viewport, voi=opening_voi(viewport, stack, known.get(index)))
            return ViewState(viewports=(viewport,))
    return opened(stacks, width=width, height=height, statistics=statistics) if series_uid else ViewState()


def fits(stacks: tuple[Stack, ...], state: ViewState) -> bool:
    """Whether a state kept from earlier can be shown of these stacks: else a study is opened anew, and that is said."""
    if state.layout not in LAYOUTS or len(state.viewports) != viewport_count(state.layout):
        return False
    return (
        0 <= state.active < len(state.viewports)
        and len({stacks[each.stack].patient for each in state.viewports if 0 <= each.stack < len(stacks)})
        <= 1
        and all(_fits(stacks, viewport) for viewport in (*state.viewports, *state.shelf))
    )


def _fits(stacks: tuple[Stack, ...], viewport: ViewportState) -> bool:
    return viewport.kind == "empty" or (
        0 <= viewport.stack < len(stacks)
        and not stacks[viewport.stack].fault
        and (viewport.kind == "stack" or not _why_no_volume(stacks[viewport.stack]))
        and (viewport.kind != "mpr" or viewport.plane in PLANES)
        and (viewport.kind != "stack" or 0 <= viewport.image < len(stacks[viewport.stack].frames))
    )


def stack_viewport(index: int, stack: Stack, statistics: Statistics | None) -> ViewportState:
    """A viewport that opens a stack: on its middle image where frames lie one behind the other in the patient, else its first."""
    positioned = stack.geometry.positioned and not stack.projection and len(stack.frames) > 2
    image = len(stack.frames) // 2 if positioned else 0
    opened = ViewportState(kind="stack", stack=index, image=image)
    return replace(opened, voi=opening_voi(opened, stack, statistics))


def set_series(context: Context, state: ViewState, viewport: int, index: int) -> ViewState:
    """Another series in a viewport; in an MPR layout all planes change together.

    Raises:
        CommandRefused: there is no such series, or it can't be shown that way.
    """
    if not 0 <= index < len(context.stacks):
        raise CommandRefused("unknown-series", "This study has no such series; choose one from the list.")
    stack = context.stacks[index]
    if stack.fault:
        raise CommandRefused("unreadable", stack.fault)
    if is_mpr(state.layout):
        return _planes(
            context, replace(state, active=viewport), state.layout, index, state.viewports[viewport]
        )
    beside = [each for at, each in enumerate(state.viewports) if at != viewport]
    if any(_patient(context, each) not in (None, stack.patient) for each in beside):
        raise CommandRefused("another-patient", _ANOTHER_PATIENT)
    shown = stack_viewport(index, stack, context.statistics.get(index))
    viewports = (*state.viewports[:viewport], shown, *state.viewports[viewport + 1 :])
    return replace(state, viewports=viewports, active=viewport)


def neighbour(context: Context, state: ViewState, viewport: int, steps: int) -> int | None:
    """The series `steps` further that a viewport can show; None beyond the ends."""
    candidates = [
        index
        for index, stack in enumerate(context.stacks)
        if not stack.fault and not (is_mpr(state.layout) and _why_no_volume(stack))
    ]
    current = state.viewports[viewport].stack
    if current not in candidates:
        return candidates[0] if candidates else None
    wanted = candidates.index(current) + steps
    return candidates[wanted] if 0 <= wanted < len(candidates) else None


def set_layout(context: Context, state: ViewState, layout: str) -> ViewState:
    """Another layout; viewports keep what they had, what has no place waits on the shelf, free places take series not yet shown.

    Raises:
        CommandRefused: the layout is not known, or shows planes of a volume and the active series is none.
    """
    if layout not in LAYOUTS:
        raise CommandRefused("bad-command", f"There is no such layout; choose one of {', '.join(LAYOUTS)}.")
    if layout == state.layout:
        return replace(state, maximized=False)
    if is_mpr(layout):
        active = state.viewports[state.active]
        if context.stack_of(active) is None:
            raise CommandRefused("unsupported", "There is no series in this viewport; choose one first.")
        return _planes(context, state, layout, active.stack, active)
    return _grid(context, state, layout)


def _grid(context: Context, state: ViewState, layout: str) -> ViewState:
    count, active = viewport_count(layout), state.active
    if is_mpr(state.layout):
        volume = state.viewports[state.active].stack
        pool = list(state.shelf) or [
            stack_viewport(volume, context.stacks[volume], context.statistics.get(volume))
        ]
        active = next((at for at, each in enumerate(pool) if each.stack == volume), 0)
    else:
        pool = [*state.viewports, *state.shelf]
    if active >= count:
        pool[0], pool[active] = pool[active], pool[0]
        active = 0
    pool += [_EMPTY] * (count - len(pool))
    patient = _patient(context, pool[active]) or 0
    # One layout, one patient: who is another than in the active viewport waits on the shelf.
    apart = [each for each in pool[:count] if _patient(context, each) not in (None, patient)]
    pool = [_EMPTY if each in apart else each for each in pool[:count]] + apart + pool[count:]
    shown = _filled(context, pool[:count], patient)
    return replace(
        state,
        layout=layout,
        tool=_tool_without_volume(state.tool),
        viewports=tuple(shown),
        active=active,
        maximized=False,
        shelf=_shelf(pool[count:]),
    )


def _patient(context: Context, viewport: ViewportState) -> int | None:
    """Whose images a viewport shows (Stack.patient); None where it shows none."""
    stack = context.stack_of(viewport)
    return None if stack is None else stack.patient


def _filled(context: Context, viewports: list[ViewportState], patient: int) -> list[ViewportState]:
    """Viewports with series of one patient not yet shown in the empty places."""
    taken = {viewport.stack for viewport in viewports}
    waiting = [
        at
        for at, stack in enumerate(context.stacks)
        if at not in taken and not stack.fault and stack.patient == patient
    ]
    filled = []
    for viewport in viewports:
        if viewport.kind == "empty" and waiting:
            index = waiting.pop(0)
            viewport = stack_viewport(index, context.stacks[index], context.statistics.get(index))
        filled.append(viewport)
    return filled


def _tool_without_volume(tool: str) -> str:
    """The tool in a layout that has no volume: what turns one would do nothing there."""
    return "scroll" if tool == "rotate" else tool


def _shelf(viewports: list[ViewportState]) -> tuple[ViewportState, ...]:
    kept = viewports[:SHELF]
    while kept and kept[-1].kind == "empty":
        kept.pop()
    return tuple(kept)


def _planes(context: Context, state: ViewState, layout: str, index: int, origin: ViewportState) -> ViewState:
    """An MPR layout of one volume, taken up from the viewport `origin`."""
    stack = context.stacks[index]
    refusal = _why_no_volume(stack)
    if refusal:
        raise CommandRefused("unsupported", refusal)
    statistics = context.statistics.get(index)
    had = state.viewports if is_mpr(state.layout) and origin.stack == index else ()
    middle = ViewportState(kind="stack", stack=index, image=len(stack.frames) // 2)
    voi = opening_voi(middle, stack, statistics)
    viewports = list(had[:3]) or [
        ViewportState(kind="mpr", stack=index, plane=plane, voi=voi) for plane in PLANES
    ]
    if not had and origin.kind == "stack" and origin.stack == index:
        viewports = [replace(each, voi=origin.voi, inverted=origin.inverted) for each in viewports]
    if layout == "mpr+3d":
        rect = rectangles(layout, context.width, context.height)[3]
        preset = default_volume_preset(stack)
        volume = ViewportState(
            kind="volume", stack=index, preset=preset, voi=volume_voi(stack, preset, statistics),
            camera=fitted_camera(stack, aspect=aspect(rect)),
        )  # fmt: skip
        viewports.append(had[3] if len(had) > 3 else volume)
    entering = not is_mpr(state.layout)
    return replace(
        state,
        layout=layout,
        tool=state.tool if layout == "mpr+3d" else _tool_without_volume(state.tool),
        viewports=tuple(viewports),
        active=0 if entering else min(state.active, len(viewports) - 1),
        maximized=False,
        cross_hair=_cross_hair(context, state, stack, origin),
        shelf=_shelf([*state.viewports, *state.shelf]) if entering else state.shelf,
    )


def _cross_hair(context: Context, state: ViewState, stack: Stack, origin: ViewportState) -> Vec3:
    """Where the planes of a volume start: where the cross-hair is, if that is in the volume, and on the image seen before."""
    point = state.cross_hair
    before = context.stack_of(origin)
    linked = before is not None and same_frame_of_reference(before, stack)
    if point is None or not linked or not inside_volume(stack, point):
        point = default_cross_hair(stack)
    if origin.kind == "stack" and before is not None and before.key == stack.key:
        n = normal(stack)
        frame = min(max(origin.image, 0), len(stack.frames) - 1)
        point = add(point, scale(n, frame_position(stack, frame) - dot(point, n)))
    return point


def _why_no_volume(stack: Stack) -> str:
    """The sentence that says why a stack has no planes and no volume; empty when it has."""
    if stack.fault:
        return stack.fault
    if not stack.geometry.volumetric:
        return stack.geometry.not_volumetric or "The images of this series do not form a volume."
    if stack.pixels.samples == 3:
        return "This series is in colour; planes and volumes are made of grey values only."
    return ""
