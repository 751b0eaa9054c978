"""Stacks and contexts for the core's tests: small, of every kind, with voxels whose value says where they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from streamer.viewer.context import Context, Statistics
from streamer.viewer.stack import FrameRef, ImageTerms, PixelFormat, Stack, StackGeometry, Voi
from streamer.viewer.vector import Vec3, add, scale

INT16 = PixelFormat(dtype="int16")
CT_TERMS = ImageTerms(
    windows=(Voi(40.0, 400.0), Voi(500.0, 2000.0, source="Bone")), units="HU", slice_thickness=3.0
)
CT_STATISTICS = Statistics(low=-1000.0, high=1500.0, minimum=-1024.0, maximum=3000.0, complete=True)


def frames(count: int, name: str) -> tuple[FrameRef, ...]:
    return tuple(FrameRef(f"1.2.{name}.{n}", 1, 100 + n) for n in range(count))


def grid(
    key: str,
    row: Vec3,
    column: Vec3,
    step: Vec3,
    *,
    first: Vec3 = (-20.0, -30.0, 100.0),
    count: int = 20,
    rows: int = 40,
    columns: int = 32,
    spacing: tuple[float, float] = (0.9, 0.7),
) -> Stack:
    """A volumetric grey CT stack; rows, columns, frames and spacings all differ, so that none can be mistaken for another."""
    return Stack(
        key=key,
        series_instance_uid=key.split("#")[0],
        rows=rows,
        columns=columns,
        frames=frames(count, key),
        geometry=StackGeometry(
            row=row,
            column=column,
            positions=tuple(add(first, scale(step, float(n))) for n in range(count)),
            pixel_spacing=spacing,
            slice_thickness=3.0,
            frame_of_reference_uid="1.2.3",
            positioned=True,
            calibrated=True,
            volumetric=True,
        ),
        pixels=INT16,
        terms=(CT_TERMS,),
        modality="CT",
    )


def with_windows(stack: Stack, *windows: Voi) -> Stack:
    """The stack with other windows in all its images."""
    return replace(stack, terms=(replace(stack.terms[0], windows=windows),))


def axial(key: str = "axial#0", **changes: object) -> Stack:
    return grid(key, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -2.5), **changes)  # type: ignore[arg-type]


def coronal(key: str = "coronal#0") -> Stack:
    return grid(key, (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 2.0, 0.0))


def sagittal(key: str = "sagittal#0") -> Stack:
    return grid(key, (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.5, 0.0, 0.0))


def oblique(degrees: float = 30.0, key: str = "oblique#0") -> Stack:
    """Axial, turned about the patient's long axis and then tipped by half as much."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    tc, ts = math.cos(math.radians(degrees / 2)), math.sin(math.radians(degrees / 2))
    row = (c, s, 0.0)
    column = (-s * tc, c * tc, ts)
    across = (s * ts, -c * ts, tc)
    return grid(key, row, column, scale(across, -2.5))


def tilted(key: str = "tilted#0") -> Stack:
    """A gantry tilt: frames tipped by 20°, stepping straight down the table, so the volume is sheared."""
    c, s = math.cos(math.radians(20.0)), math.sin(math.radians(20.0))
    return grid(key, (1.0, 0.0, 0.0), (0.0, c, -s), (0.0, 0.0, -2.5))


VOLUMES = (axial(), coronal(), sagittal(), oblique(), tilted())


def localizer(key: str = "localizer#0") -> Stack:
    """Two axial frames of the same frame of reference: positioned, but no volume."""
    stack = axial(key, count=2)
    geometry = replace(
        stack.geometry,
        volumetric=False,
        not_volumetric="Two images do not form a volume; MPR needs at least 3.",
    )
    return replace(stack, geometry=geometry)


def xray(key: str = "xray#0", orientation: tuple[str, str] | None = ("L", "F")) -> Stack:
    return Stack(
        key=key,
        series_instance_uid=key.split("#")[0],
        rows=300,
        columns=200,
        frames=frames(1, key),
        geometry=StackGeometry(
            row=(1.0, 0.0, 0.0),
            column=(0.0, 1.0, 0.0),
            positions=((0.0, 0.0, 0.0),),
            pixel_spacing=(0.2, 0.2),
            calibrated=True,
            at_detector=True,
            not_volumetric="A single image does not form a volume.",
        ),
        pixels=PixelFormat(dtype="uint16", inverted=True),
        modality="DX",
        terms=(ImageTerms(patient_orientation=orientation),),
        projection=True,
        photometric="MONOCHROME1",
    )


def ultrasound(key: str = "us#0", count: int = 12) -> Stack:
    """Colour, with no geometry at all."""
    return Stack(
        key=key,
        series_instance_uid=key.split("#")[0],
        rows=48,
        columns=64,
        frames=frames(count, key),
        geometry=StackGeometry(
            row=(1.0, 0.0, 0.0),
            column=(0.0, 1.0, 0.0),
            positions=tuple((0.0, 0.0, float(n)) for n in range(count)),
            pixel_spacing=(1.0, 1.0),
            not_volumetric="These images have no known position.",
        ),
        pixels=PixelFormat(dtype="uint8", samples=3),
        modality="US",
        terms=(ImageTerms(frame_rate=30.0),),
        photometric="RGB",
    )


def pet(key: str = "pet#0") -> Stack:
    return replace(
        axial(key, count=10),
        pixels=PixelFormat(dtype="float32"),
        modality="PT",
        terms=(ImageTerms(units="BQML"),),
    )


def broken(key: str = "broken#0") -> Stack:
    return replace(axial(key), fault="This series is damaged; ask for it to be sent again.")


def study() -> tuple[Stack, ...]:
    """One of each kind; number 0 is damaged."""
    return (broken(), axial(), localizer(), xray(), ultrasound(), pet(), oblique())


BROKEN, AXIAL, LOCALIZER, XRAY, ULTRASOUND, PET, OBLIQUE = range(7)


@dataclass(frozen=True)
class Voxels:
    """Stored values: 1000 k + 10 j + i − 5000; colour gives a triple; frames in `absent` are not loaded."""

    stacks: tuple[Stack, ...]
    absent: frozenset[int] = frozenset()

    def value_at(self, stack: int, frame: int, column: float, row: float) -> float | tuple[float, ...] | None:
        if frame in self.absent:
            return None
        if self.stacks[stack].pixels.samples == 3:
            return (float(frame), row, column)
        return 1000.0 * frame + 10.0 * row + column - 5000.0

    def is_complete(self, stack: int) -> bool:
        return not self.absent


def context(
    stacks: tuple[Stack, ...] | None = None,
    *,
    width: int = 1000,
    height: int = 800,
    ratio: float = 1.0,
    statistics: Mapping[int, Statistics] | None = None,
    absent: frozenset[int] = frozenset(),
    mark_id: str = "m1",
) -> Context:
    stacks = study() if stacks is None else stacks
    known = dict.fromkeys(range(len(stacks)), CT_STATISTICS) if statistics is None else statistics
    return Context(stacks, width, height, ratio, known, Voxels(stacks, absent), mark_id)
