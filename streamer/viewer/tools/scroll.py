"""Scroll: drag down for the next images."""

from __future__ import annotations

from dataclasses import replace

from streamer.viewer.context import Context
from streamer.viewer.hand import Gesture, Hand
from streamer.viewer.navigation import go_to_image
from streamer.viewer.planar import image_count, image_shown
from streamer.viewer.state import ViewState
from streamer.viewer.tools.tool import ViewTool, start_of
from streamer.viewer.viewports import with_viewport


def pixels_per_image(height: int, images: int, device_pixel_ratio: float) -> float:
    """Drag per image in picture pixels: a third of the viewport's height runs through the stack, never less than 2 CSS pixels."""
    return max(2.0 * device_pixel_ratio, height / (3.0 * max(images, 1)))


class Scroll(ViewTool):
    """The image follows the hand's height."""

    def moved(self, context: Context, gesture: Gesture, state: ViewState, hand: Hand) -> ViewState:
        """As many images from the first one as the hand has moved down."""
        start = start_of(context, gesture)
        if start is None:
            return state
        viewport, stack, rect = start
        images = image_count(viewport, stack)
        per_image = pixels_per_image(rect.height, images, context.device_pixel_ratio)
        steps = int((hand.y - gesture.start.y) / per_image)
        if steps == 0:
            return self.restored(context, gesture, state)
        image = image_shown(viewport, stack, gesture.state0.cross_hair) + steps
        return go_to_image(context, self.restored(context, gesture, state), gesture.viewport, image)

    def restored(self, context: Context, gesture: Gesture, state: ViewState) -> ViewState:
        """The image, or the cross-hair, as it was."""
        before = gesture.state0.viewports[gesture.viewport]
        if before.kind == "mpr":
            return replace(state, cross_hair=gesture.state0.cross_hair)
        now = state.viewports[gesture.viewport]
        return with_viewport(state, gesture.viewport, replace(now, image=before.image))
