"""Which image viewports show: stepping, jumping, and the cross-hair that ties them together."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.context import Context
from streamer.viewer.geometry import clamped_to_volume, nearest_frame, same_frame_of_reference
from streamer.viewer.mpr import cross_hair_on_image
from streamer.viewer.planar import image_count, image_shown
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.vector import Vec3
from streamer.viewer.viewports import with_viewport, with_viewports


def go_to_image(context: Context, state: ViewState, index: int, image: int) -> ViewState:
    """Viewport `index` on an image (from 0), the first or last where the number is beyond them; empty and volume stay."""
    viewport = state.viewports[index]
    stack = context.stack_of(viewport)
    if stack is None or viewport.kind not in ("stack", "mpr"):
        return state
    image = min(max(image, 0), image_count(viewport, stack) - 1)
    if image == image_shown(viewport, stack, state.cross_hair):
        return state
    if viewport.kind == "mpr":
        return replace(state, cross_hair=cross_hair_on_image(stack, viewport.plane, state.cross_hair, image))
    return with_viewport(state, index, replace(viewport, image=image))


def step_image(context: Context, state: ViewState, index: int, steps: int) -> ViewState:
    """Viewport `index` `steps` images further, not beyond its ends."""
    viewport = state.viewports[index]
    stack = context.stack_of(viewport)
    if stack is None or steps == 0:
        return state
    return go_to_image(context, state, index, image_shown(viewport, stack, state.cross_hair) + steps)


def point_at(context: Context, state: ViewState, index: int, point: Vec3) -> ViewState:
    """The cross-hair set to a world point chosen in viewport `index`.

    Planes go through it and other stacks go to their nearest frame, where they share the frame of reference. Nothing
    happens where the chosen stack has no trusted position.
    """
    chosen = context.stack_of(state.viewports[index])
    if chosen is None or not chosen.geometry.positioned:
        return state
    if chosen.geometry.volumetric:
        point = clamped_to_volume(chosen, point)

    def led(viewport: ViewportState) -> ViewportState:
        stack = context.stack_of(viewport)
        if stack is None or viewport.kind != "stack" or not same_frame_of_reference(chosen, stack):
            return viewport
        return replace(viewport, image=nearest_frame(stack, point, viewport.image))

    return replace(with_viewports(state, led), cross_hair=point)
