"""Which image a viewport shows."""

from __future__ import annotations

from collections.abc import Callable

from streamer.viewer import navigation
from streamer.viewer.commands import values
from streamer.viewer.commands.call import Call
from streamer.viewer.context import Outcome
from streamer.viewer.planar import image_count


def _image(call: Call) -> Outcome:
    return _go(call, values.whole(call.value, "image number") - 1)


def _step_image(call: Call) -> Outcome:
    steps = values.whole(call.value, "number of images")
    call.require_images()
    return call.to(navigation.step_image(call.context, call.state, call.index, steps))


def _first_image(call: Call) -> Outcome:
    return _go(call, 0)


def _last_image(call: Call) -> Outcome:
    return _go(call, image_count(call.viewport, call.stack) - 1)


def _go(call: Call, image: int) -> Outcome:
    call.require_images()
    return call.to(navigation.go_to_image(call.context, call.state, call.index, image))


IMAGES: dict[str, Callable[[Call], Outcome]] = {
    "image.go": _image,
    "image.step": _step_image,
    "image.first": _first_image,
    "image.last": _last_image,
}
