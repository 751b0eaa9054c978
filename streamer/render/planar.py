"""Planar viewports: one frame resampled in its plane, or a volume along any plane. Computed, not rasterised: no GL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from streamer.render.beside_padding import leave_out_padding
from streamer.render.drawing_error import DrawingError
from streamer.render.grey import OUTSIDE, to_colour, to_grey
from streamer.render.hatch import hatch
from streamer.render.mapped_stack import MappedStack
from streamer.render.minified import MinifiedFrames, is_reduced, samples_of, subsamples
from streamer.render.padding import PaddedStacks
from streamer.render.reslice import Reslicer, image_of
from streamer.render.sampled_values import SampledValues
from streamer.render.touched_frames import SUPPORT
from streamer.render.viewport_renderer import Target, ViewportJob
from streamer.viewer.geometry import volume_affine, world_from_index
from streamer.viewer.planar import PlanarView, planar_view


class PlanarRenderer:
    """Draws viewports of kind "stack" and "mpr"."""

    def __init__(self, threads: int) -> None:
        self._reslicer = Reslicer(threads)
        self._minified = MinifiedFrames()
        self._sampled = SampledValues()
        self._padding = PaddedStacks()

    def draw(self, job: ViewportJob, stack: MappedStack) -> Target:
        """The viewport's picture; modality values are interpolated first, then windowed (PS3.3 C.11.2)."""
        view = planar_view(job.viewport, stack.description, job.rect, job.cross_hair)
        if view.frame is not None:
            return self._frame(job, stack, view, view.frame)
        if not stack.description.geometry.volumetric:
            reason = stack.description.geometry.not_volumetric or "Its images are not evenly spaced."
            raise DrawingError(f"This series can't be shown in other planes. {reason}")
        return self._plane(job, stack, view)

    def forget(self) -> None:
        """Lets go of averaged frames, interpolated values, and of where padding lies."""
        self._minified.forget()
        self._sampled.forget()
        self._padding.forget()

    def _frame(self, job: ViewportJob, stack: MappedStack, view: PlanarView, frame: int) -> Target:
        axes = _frame_axes(view, stack, frame)
        if not stack.present(frame):
            rows, columns = job.rect.height, job.rect.width
            inside = _inside(axes, (stack.description.columns, stack.description.rows, 1), rows, columns)
            return Target(np.where(inside, hatch(rows, columns), np.uint8(0)), missing=True)
        return Target(self._sample(job, stack, frame, stack.voxels[frame : frame + 1], axes))

    def _plane(self, job: ViewportJob, stack: MappedStack, view: PlanarView) -> Target:
        axes = _clean(np.linalg.inv(volume_affine(stack.description)) @ _view_matrix(view))
        absent = stack.absent
        if absent.all():
            # Nothing is sampled of a file that may be cut short.
            rows, columns = job.rect.height, job.rect.width
            size = (stack.description.columns, stack.description.rows, len(absent))
            inside = _inside(axes, size, rows, columns)
            return Target(np.where(inside, hatch(rows, columns), np.uint8(0)), incomplete=bool(inside.any()))
        # Between frames of which some are not here, nothing is mixed that the hatching does not cover.
        samples = (1, 1) if job.moving or absent.any() else samples_of(axes)
        pixels = self._sample(job, stack, None, stack.voxels, axes, samples)
        if not absent.any():
            return Target(pixels)
        rows, columns = job.rect.height, job.rect.width
        size = (stack.description.columns, stack.description.rows, len(absent))
        holes = _inside(axes, size, rows, columns) & _from_absent(
            axes, absent, rows, columns, job.interpolation
        )
        if not holes.any():
            return Target(pixels)
        stripes = hatch(rows, columns)
        holes, stripes = (holes, stripes) if pixels.ndim == 2 else (holes[..., None], stripes[..., None])
        return Target(np.where(holes, stripes, pixels), incomplete=True)

    def _sample(
        self,
        job: ViewportJob,
        stack: MappedStack,
        frame: int | None,
        voxels: np.ndarray[Any, Any],
        axes: np.ndarray[Any, Any],
        samples: tuple[int, int] = (1, 1),
    ) -> np.ndarray[Any, Any]:
        """`frame` whose voxels they are, None = the volume; `samples` of an output pixel, across and down."""
        rows, columns = job.rect.height, job.rect.width
        pixels, mode = stack.description.pixels, job.interpolation
        image = image_of(voxels, pixels.samples)
        if pixels.samples == 3:
            every = slice(0, rows), slice(0, columns)
            if frame is not None and is_reduced(axes):
                means, _ = self._minified.sample(stack, frame, axes, every, mode)
                rgb = np.rint(means).astype(np.uint8)
            elif samples == (1, 1):
                rgb = self._reslicer.sample(image, axes, rows, columns, mode, 0.0)
            else:
                means = _mean(
                    lambda at: self._reslicer.sample(image, at, rows, columns, mode, 0.0), axes, samples
                )
                rgb = np.rint(np.clip(means, 0.0, 255.0)).astype(np.uint8)
            depth, height, width = voxels.shape[:3]
            inside = _inside(axes, (width, height, depth), rows, columns)
            colours = to_colour(rgb, job.viewport.voi, inverted=job.viewport.inverted)
            return np.where(inside[..., None], colours, np.uint8(0))
        shown = np.zeros((rows, columns), np.uint8)
        part = _covered(axes, voxels.shape, rows, columns)
        if part is None:
            return shown

        def sample() -> np.ndarray[Any, Any]:
            padding = self._padding.of(stack, frame)
            if frame is not None and is_reduced(axes):
                stored, inside = self._minified.sample(
                    stack, frame, axes, part, mode, None if padding is None else padding.values
                )
                stored[~inside] = OUTSIDE
                return stored

            def points(at: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
                values = self._reslicer.sample(image, at, rows, columns, mode, OUTSIDE, part)
                if padding is not None:
                    leave_out_padding(values, voxels, padding, frame, at, part, mode)
                return values

            if samples == (1, 1):
                return points(axes)
            if padding is None:
                return _mean(points, axes, samples, points(axes) <= OUTSIDE)
            # A pixel whose centre is padding has the mean of what else is in it.
            depth, height, width = voxels.shape[:3]
            return _mean(points, axes, samples, ~_inside(axes, (width, height, depth), rows, columns)[part])

        # Asked before the voxels are read: those that come meanwhile make another key.
        presence = stack.presence(frame)
        key = (stack, frame, presence, mode, samples, rows, columns, axes.tobytes())
        stored = self._sampled.of(key, sample)
        shown[part] = to_grey(stored, pixels, job.viewport.voi, inverted=job.viewport.inverted)
        return shown


def _mean(
    points: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]],
    axes: np.ndarray[Any, Any],
    samples: tuple[int, int],
    beyond: np.ndarray[Any, Any] | None = None,
) -> np.ndarray[Any, Any]:
    """Means over so many points of each output pixel, of those that are not OUTSIDE; OUTSIDE `beyond` and where there are none.

    `points` samples along a map; colour (no `beyond`) is never outside.
    """
    total: np.ndarray[Any, Any] | None = None
    count: np.ndarray[Any, Any] | None = None
    for shifted in subsamples(axes, samples):
        values = points(shifted)
        if total is None or count is None:
            wide = np.float64 if values.dtype == np.float64 else np.float32
            total, count = np.zeros(values.shape, wide), np.zeros(values.shape, wide)
        there = np.ones(values.shape, bool) if beyond is None else values > OUTSIDE
        total += np.where(there, values, 0)
        count += there
    assert total is not None
    assert count is not None
    means = total / np.maximum(count, 1)
    return means if beyond is None else np.where(beyond | (count == 0), total.dtype.type(OUTSIDE), means)


def _frame_axes(view: PlanarView, stack: MappedStack, frame: int) -> np.ndarray[Any, Any]:
    origin, per_column, per_row = world_from_index(stack.description, frame)
    frame_matrix = np.eye(4)
    frame_matrix[:3, 0], frame_matrix[:3, 1], frame_matrix[:3, 3] = per_column, per_row, origin
    frame_matrix[:3, 2] = np.cross(per_column, per_row)
    axes = np.linalg.inv(frame_matrix) @ _view_matrix(view)
    axes[2] = (0.0, 0.0, 1.0, 0.0)  # in the frame's plane by definition
    return _clean(axes)


def _view_matrix(view: PlanarView) -> np.ndarray[Any, Any]:
    """World from output pixel (x, y, depth)."""
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = (
        view.right,
        view.down,
        view.normal,
        view.origin,
    )
    return matrix


def _clean(axes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Noise of 1e-16 taken out: whole numbers stay whole, and VTK sees that rows lie along rows (its fast path)."""
    return np.where(np.abs(axes - np.rint(axes)) < 1e-9, np.rint(axes), axes)


def _inside(
    axes: np.ndarray[Any, Any], size: tuple[int, int, int], rows: int, columns: int
) -> np.ndarray[Any, Any]:
    """bool [rows, columns]: the output pixel's centre lies in the image (pixels are areas: half a pixel beyond the centres)."""
    inside = np.ones((rows, columns), bool)
    for axis, count in enumerate(size):
        place = _along(axes[axis], rows, columns)
        inside &= (place >= -0.5) & (place <= count - 0.5)
    return inside


def _covered(
    axes: np.ndarray[Any, Any], shape: tuple[int, ...], rows: int, columns: int
) -> tuple[slice, slice] | None:
    """The rows and columns of the output that the image can reach (all of them where it lies askew); None = it reaches none.

    The rest is black by definition and need not be computed: beside a square image in a wide window that is a third of it.
    """
    depth, height, width = shape[:3]
    first, last = np.zeros(2), np.array([columns - 1.0, rows - 1.0])
    for axis, count in enumerate((width, height, depth)):
        steps = axes[axis, :2]
        if np.count_nonzero(steps) == 1:
            along = int(np.flatnonzero(steps)[0])
            ends = sorted((edge - axes[axis, 3]) / steps[along] for edge in (-0.5, count - 0.5))
            first[along] = max(first[along], np.floor(ends[0]) - 1.0)
            last[along] = min(last[along], np.ceil(ends[1]) + 1.0)
    if (last < first).any():
        return None
    return slice(int(first[1]), int(last[1]) + 1), slice(int(first[0]), int(last[0]) + 1)


def _from_absent(
    axes: np.ndarray[Any, Any], absent: np.ndarray[Any, Any], rows: int, columns: int, interpolation: str
) -> np.ndarray[Any, Any]:
    """bool [rows, columns]: the value would come, at least in part, from a frame that is not loaded."""
    last = len(absent) - 1
    first, beyond = SUPPORT[interpolation]
    cells = np.arange(-1, last + 1)  # the frame below a point: −1 is the half voxel before the first frame
    between = np.zeros(len(cells), bool)
    for step in range(first, beyond + 1):
        between |= absent[np.clip(cells + step, 0, last)]
    place = _along(axes[2], rows, columns)
    below = np.clip(np.floor(place), -1, last).astype(np.intp)
    on_frame = place == below
    return np.where(on_frame, absent[np.clip(below, 0, last)], between[below + 1])


def _along(row: np.ndarray[Any, Any], rows: int, columns: int) -> np.ndarray[Any, Any]:
    return row[0] * np.arange(columns)[None, :] + row[1] * np.arange(rows)[:, None] + row[3]
