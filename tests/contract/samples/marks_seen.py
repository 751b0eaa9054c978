"""Marks of every kind over viewports of every kind: whether each is seen, and which handle a hand takes hold of.

The host's answers; the page must give the same ones (tests/web/marks_seen.test.js).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from streamer.session import mapping
from streamer.viewer import core, framing, mark_sight
from streamer.viewer.geometry import normal
from streamer.viewer.image_marks import on_frame
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.mpr import STANDARD_PLANES, cross_hair_on_image, default_cross_hair, mpr_image
from streamer.viewer.planar import planar_view, world_to_canvas
from streamer.viewer.records import viewport_record
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState, ViewState
from streamer.viewer.tools.pointing import handle_at, pointed_at
from streamer.viewer.vector import add, scale
from tests.unit.viewer.stacks import AXIAL, OBLIQUE, ULTRASOUND, XRAY, context, coronal, tilted

CONTEXT = context((*context().stacks, coronal(), tilted()))
SIZE = (CONTEXT.width, CONTEXT.height)
CORONAL, TILTED = len(CONTEXT.stacks) - 2, len(CONTEXT.stacks) - 1
OFFSETS = (7.9, 8.1)
"""CSS pixels from a handle: just within the reach of the mouse, and just beyond it."""


def image_mark(stack: Stack, image: int) -> Mark:
    """A length on an image."""
    frame = stack.frames[image]
    mark = Mark(
        f"{stack.key} image {image}", "length", stack.key, frame.sop_instance_uid, frame.frame_number, image, "",
        normal(stack), (),
    )  # fmt: skip
    return on_frame(mark, stack, image, ((8.25, 9.5), (20.0, 25.75)))


def plane_mark(stack: Stack, plane: str) -> Mark:
    """A length on a plane through the middle."""
    middle, directions = default_cross_hair(stack), STANDARD_PLANES[plane]
    points = (add(middle, scale(directions.right, 3.0)), add(middle, scale(directions.down, -4.0)))
    return Mark(f"{stack.key} {plane}", "length", stack.key, "", 0, 3, plane, directions.normal, points)


def marks_of(number: int) -> list[Mark]:
    """Marks of a stack: on an image, and on every plane that it has."""
    stack = CONTEXT.stacks[number]
    images = [len(stack.frames) // 2]
    planes = STANDARD_PLANES if stack.geometry.volumetric else ()
    return [*(image_mark(stack, image) for image in images), *(plane_mark(stack, plane) for plane in planes)]


def views_of(number: int) -> list[tuple[str, ViewState]]:
    """The middle image, the one beside it, the middle one at 10:1, and planes at several depths, off the raster too."""
    stack = CONTEXT.stacks[number]
    base = core.opened(CONTEXT.stacks, width=SIZE[0], height=SIZE[1])
    base = replace(base, layout="1x1", viewports=(replace(base.viewports[0], kind="stack", stack=number),))
    middle = len(stack.frames) // 2
    images = sorted({min(middle + step, len(stack.frames) - 1) for step in (0, 1)})
    views = [(f"image {image}", _with(base, replace(base.viewports[0], image=image))) for image in images]
    # Half-way between device pixels, from where an image at 10:1 is laid on them; nearer, handles would lie on each other.
    whole = framing.one_to_one(replace(base.viewports[0], image=middle), stack, CONTEXT.rects(base)[0])
    whole = replace(whole, zoom=whole.zoom * 10.0)
    between = framing.panned(whole, stack, CONTEXT.rects(base)[0], 3.5, -2.25)
    views.append((f"image {middle} at 10:1 between pixels", _with(base, between)))
    if not stack.geometry.volumetric:
        return views
    for plane, directions in STANDARD_PLANES.items():
        raster = cross_hair_on_image(stack, plane, None, mpr_image(stack, plane, None))
        for depth in (-1.2, 0.0, 0.3, 2.5):
            at = add(raster, scale(directions.normal, depth))
            viewport = replace(base.viewports[0], kind="mpr", plane=plane)
            views.append((f"{plane} {depth:+}", replace(_with(base, viewport), cross_hair=at)))
    return views


def _with(state: ViewState, viewport: ViewportState) -> ViewState:
    return replace(state, viewports=(viewport,))


def case(number: int, mark: Mark, name: str, state: ViewState) -> dict[str, Any]:
    """What the page is told of mark and picture, and what the host answers."""
    stack, viewport = CONTEXT.stacks[number], state.viewports[0]
    rect = CONTEXT.rects(state)[0]
    record = mapping.viewport_record(
        viewport_record(
            0,
            1,
            viewport,
            stack,
            rect,
            state.cross_hair,
            present=0,
            missing=False,
            incomplete=False,
            scale=1.0,
        )
    )
    view = planar_view(viewport, stack, rect, state.cross_hair)
    grabs = []
    for point in mark.points:
        x, y = world_to_canvas(view, rect, point)
        for offset in OFFSETS:
            target = pointed_at(CONTEXT, state, 0, x + offset, y)
            assert target is not None
            held = handle_at(CONTEXT, Marks(1, (mark,)), target, "length", x + offset, y, 0)
            grabs.append([x + offset, y, None if held is None else held[1]])
    return {
        "name": f"{mark.mark} on {name}",
        "mark": msgspec.to_builtins(mapping.mark_info(mark, stack, number, mark.image)),
        "record": {
            "kind": int(record.kind),
            "series": record.series,
            "image": record.image,
            "canvas_from_world": record.canvas_from_world,
        },
        "seen": mark_sight.is_seen(mark, stack, viewport, view),
        "grabs": grabs,
    }


def cases() -> list[dict[str, Any]]:
    """All of them."""
    return [
        case(number, mark, name, state)
        for number in (AXIAL, CORONAL, OBLIQUE, TILTED, XRAY, ULTRASOUND)
        for mark in marks_of(number)
        for name, state in views_of(number)
    ]


def file() -> dict[str, Any]:
    """The cases as the fixture holds them: each mark and each record once, by number; a grab is x, y and the handle taken."""
    every = cases()
    marks = list({str(each["mark"]): each["mark"] for each in every}.values())
    records = list({str(each["record"]): each["record"] for each in every}.values())
    return {
        "marks": marks,
        "records": records,
        "cases": [
            {**each, "mark": marks.index(each["mark"]), "record": records.index(each["record"])}
            for each in every
        ],
    }
