"""Marks of images, in the pixels of their images: where they lie in the patient follows from the geometry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamer.viewer.geometry import normal, pixel_to_world, world_to_pixel
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.stack import Stack
from streamer.viewer.vector import dot, subtract

_OFF_IMAGE = 0.5
"""A mark of format 1 whose points are further than this from its image, mm, was made when the image lay elsewhere."""


def frame_of(mark: Mark, stack: Stack) -> int | None:
    """The number of a mark's image in its stack; None for a mark on a plane, or when the image is not there."""
    if mark.plane or mark.stack_key != stack.key:
        return None
    of = (mark.sop_instance_uid, mark.frame_number)
    frames = enumerate(stack.frames)
    return next((i for i, frame in frames if (frame.sop_instance_uid, frame.frame_number) == of), None)


def on_frame(mark: Mark, stack: Stack, frame: int, pixels: tuple[tuple[float, float], ...]) -> Mark:
    """The mark with its points at these pixels (column, row) of its image."""
    points = tuple(pixel_to_world(stack, frame, column, row) for column, row in pixels)
    return replace(mark, pixels=pixels, points=points, image=frame, normal=normal(stack))


def located(marks: Marks, stacks: tuple[Stack, ...]) -> Marks:
    """The document, its history included, with every image's mark where its image lies in these stacks.

    Marks whose image is not there are kept as they are. Where nothing changes, the version stays. A mark belongs to its image:
    it follows it into another part of the series, when the parts are made otherwise than before.
    """
    places: dict[str, dict[tuple[str, int], tuple[Stack, int]]] = {}
    for stack in stacks:
        of_series = places.setdefault(stack.series_instance_uid, {})
        for index, frame in enumerate(stack.frames):
            of_series.setdefault((frame.sop_instance_uid, frame.frame_number), (stack, index))

    def at_home(mark: Mark) -> Mark:
        of_series = places.get(mark.stack_key.rpartition("#")[0])
        if mark.plane or of_series is None:
            return mark
        found = of_series.get((mark.sop_instance_uid, mark.frame_number))
        if found is None:
            return mark
        stack, frame = found
        if mark.stack_key != stack.key:
            mark = replace(mark, stack_key=stack.key)
        if mark.pixels:
            return on_frame(mark, stack, frame, mark.pixels)
        return _from_world(mark, stack, frame)

    return _mapped(marks, at_home)


def _from_world(mark: Mark, stack: Stack, frame: int) -> Mark:
    """A mark of format 1, which knows its points in the world only, on its image; as it is where it does not lie there."""
    if stack.geometry.positioned:
        across, origin = normal(stack), stack.geometry.positions[frame]
        if any(abs(dot(subtract(point, origin), across)) > _OFF_IMAGE for point in mark.points):
            return mark
    return on_frame(mark, stack, frame, tuple(world_to_pixel(stack, frame, point) for point in mark.points))


def _mapped(marks: Marks, change: Callable[[Mark], Mark]) -> Marks:
    def each(items: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple(change(mark) for mark in items)

    return replace(
        marks,
        items=each(marks.items),
        done=tuple(map(each, marks.done)),
        undone=tuple(map(each, marks.undone)),
    )
