"""What is said about a viewport with each picture: the core's form of the wire's viewport record, field by field."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from streamer.viewer.geometry import normal
from streamer.viewer.image_terms import NO_TERMS
from streamer.viewer.layout import Rect
from streamer.viewer.mpr import STANDARD_PLANES, default_cross_hair, mpr_step
from streamer.viewer.orientation import (
    CONTRADICTING,
    UNKNOWN,
    Letters,
    orientation_doubt,
    viewport_letters,
)
from streamer.viewer.planar import (
    canvas_from_world,
    image_count,
    image_shown,
    is_minified,
    magnification,
    planar_view,
)
from streamer.viewer.presets import VOLUME_PRESETS
from streamer.viewer.stack import Stack
from streamer.viewer.state import KINDS, ViewportState
from streamer.viewer.vector import Vec3, dot, scale
from streamer.viewer.volume_camera import camera_canvas_from_world, fitted_camera
from streamer.viewer.windowing import is_pending, window_source


class RecordFlag(enum.IntFlag):
    """What the corner text must say about a viewport; the numbers are the wire's."""

    FLIPPED = 1
    ROTATED_90 = 2
    ROTATED_180 = 4
    INVERTED = 8
    INCOMPLETE = 16
    MILLIMETRES = 32
    ORIENTED = 64
    AT_DETECTOR = 128
    MISSING = 256
    COARSE = 512
    REDUCED = 1024
    COLOR = 2048
    POSITIONED = 4096
    """Where the image lies in the patient is known: `position` is a position."""
    MINIFIED = 8192
    """Fewer pixels are shown than the image has, in some direction."""
    WINDOW_PENDING = 16384
    """No window is known yet, neither of the file nor from its pixels: the one it is drawn with stands for none."""
    OTHER_PATIENT = 65536
    """Its images are of another patient than the study's own."""
    CONTRADICTING = 131072
    """What the file says of left and right contradicts itself: there are no letters, whatever else is there."""


@dataclass(frozen=True, slots=True)
class ViewportRecord:
    """One viewport as one picture shows it.

    `kind` counts through state.KINDS, `image` from 0. `zoom` is output pixels per image pixel (a volume's: 1 = fitted).
    `position` is where the plane lies, mm towards L, P or H, whichever its normal is nearest to; it is one with POSITIONED only.
    `thickness` is the image's own, `terms` the number of what else its file says (Stack.terms; NO_TERMS: of planes and volumes,
    which are made of the whole). `voi_source` is a windowing.WindowSource, `voi_number` which of the image's own windows.
    `canvas_from_world` holds rows x px, y px, depth mm; `letters` left, right, top, bottom.
    """

    viewport: int
    kind: int
    flags: int
    revision: int
    series: int
    image: int
    images: int
    instance_number: int
    center: float
    width: float
    zoom: float
    position: float
    thickness: float
    rect: tuple[int, int, int, int]
    canvas_from_world: tuple[float, ...]
    letters: Letters
    present: int
    terms: int
    voi_source: int
    voi_number: int


_IDENTITY = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def viewport_record(
    index: int,
    revision: int,
    viewport: ViewportState,
    stack: Stack | None,
    rect: Rect,
    cross_hair: Vec3 | None,
    *,
    present: int,
    missing: bool,
    incomplete: bool,
    scale: float,
    reduced: bool = False,
) -> ViewportRecord:
    """The record of viewport `index` at `revision`.

    `present` frames of the stack are loaded; `missing`: what this viewport shows is not, `incomplete`: parts of it are not.
    `scale` below 1: the picture was drawn coarser; `reduced`: a volume was drawn from its reduced copy.
    """
    place = (rect.x, rect.y, rect.width, rect.height)
    if stack is None or viewport.kind == "empty":
        return ViewportRecord(
            index,
            0,
            0,
            revision,
            -1,
            0,
            0,
            0,
            0.0,
            0.0,
            1.0,
            0.0,
            0.0,
            place,
            _IDENTITY,
            UNKNOWN,
            0,
            NO_TERMS,
            0,
            0,
        )
    letters = viewport_letters(viewport, stack, rect, cross_hair)
    flags = _flags(viewport, stack, letters)
    for raised, flag in (
        (missing, RecordFlag.MISSING),
        (incomplete, RecordFlag.INCOMPLETE),
        (scale < 1.0, RecordFlag.COARSE),
        (reduced, RecordFlag.REDUCED),
        (is_minified(viewport, stack, rect), RecordFlag.MINIFIED),
        (orientation_doubt(viewport, stack, cross_hair) == CONTRADICTING, RecordFlag.CONTRADICTING),
    ):
        flags |= flag if raised else RecordFlag(0)
    image = image_shown(viewport, stack, cross_hair)
    zoom, matrix = _placement(viewport, stack, rect, cross_hair)
    position, thickness = _depth(viewport, stack, image, cross_hair)
    source, number = window_source(viewport, stack)
    return ViewportRecord(
        viewport=index,
        kind=KINDS.index(viewport.kind),
        flags=int(flags),
        revision=revision,
        series=viewport.stack,
        image=image,
        images=image_count(viewport, stack),
        instance_number=stack.frames[image].instance_number if viewport.kind == "stack" else 0,
        center=viewport.voi.center,
        width=viewport.voi.width,
        zoom=zoom,
        position=position,
        thickness=thickness,
        rect=place,
        canvas_from_world=matrix,
        letters=letters,
        present=present,
        terms=min(stack.terms_index(image), NO_TERMS) if viewport.kind == "stack" else NO_TERMS,
        voi_source=source,
        voi_number=number,
    )


def _flags(viewport: ViewportState, stack: Stack, letters: Letters) -> RecordFlag:
    geometry = stack.geometry
    flags = RecordFlag(0)
    for raised, flag in (
        (viewport.flipped, RecordFlag.FLIPPED),
        (viewport.quarter_turns % 4 in (1, 3), RecordFlag.ROTATED_90),
        (viewport.quarter_turns % 4 in (2, 3), RecordFlag.ROTATED_180),
        (viewport.inverted, RecordFlag.INVERTED),
        (geometry.calibrated, RecordFlag.MILLIMETRES),
        (geometry.calibrated and geometry.at_detector, RecordFlag.AT_DETECTOR),
        (all(letters), RecordFlag.ORIENTED),
        (geometry.positioned and viewport.kind != "volume", RecordFlag.POSITIONED),
        (is_pending(viewport, stack), RecordFlag.WINDOW_PENDING),
        (stack.patient != 0, RecordFlag.OTHER_PATIENT),
        (_is_color(viewport, stack), RecordFlag.COLOR),
    ):
        flags |= flag if raised else RecordFlag(0)
    return flags


def _is_color(viewport: ViewportState, stack: Stack) -> bool:
    """Whether its pixels have colours: those of the images, or what a preset gives a volume; a maximum is grey."""
    if viewport.kind == "volume":
        preset = VOLUME_PRESETS.get(viewport.preset)
        return preset is not None and not preset.mip
    return stack.pixels.samples == 3


def _placement(
    viewport: ViewportState, stack: Stack, rect: Rect, cross_hair: Vec3 | None
) -> tuple[float, tuple[float, ...]]:
    """Zoom as shown, and the matrix."""
    if viewport.kind == "volume":
        fitted = fitted_camera(stack, aspect=rect.width / max(rect.height, 1))
        camera = viewport.camera or fitted
        return fitted.scale / camera.scale, camera_canvas_from_world(camera, rect)
    view = planar_view(viewport, stack, rect, cross_hair)
    return magnification(viewport, stack, rect), canvas_from_world(view, rect)


def _depth(viewport: ViewportState, stack: Stack, image: int, cross_hair: Vec3 | None) -> tuple[float, float]:
    """Position and thickness of the plane, mm."""
    if viewport.kind == "mpr":
        direction = STANDARD_PLANES[viewport.plane].normal
        point = default_cross_hair(stack) if cross_hair is None else cross_hair
        return dot(point, _positive(direction)), mpr_step(stack, viewport.plane)
    if viewport.kind != "stack":
        return 0.0, 0.0
    thickness = stack.terms_at(image).slice_thickness
    if not stack.geometry.positioned:
        return 0.0, thickness
    return dot(stack.geometry.positions[image], _positive(normal(stack))), thickness


def _positive(direction: Vec3) -> Vec3:
    """The direction or its opposite, so that its strongest part points to L, P or H."""
    return scale(direction, -1.0) if max(direction, key=abs) < 0.0 else direction
