"""What the loader is made of: its order, its statistics, its thumbnail, its reduced copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
import pytest

from streamer.demo.phantom import axial_grid
from streamer.loader.frame_order import FrameOrder
from streamer.loader.reduced_copy import reduce_into, reduced_description, reduction
from streamer.loader.statistics import Statistics
from streamer.loader.thumbnail import thumbnail
from streamer.viewer.stack import FrameRef, ImageTerms, PixelFormat, Stack, StackGeometry, Voi
from streamer.viewer.voi import PERCENTILES


def stack(
    frames: int = 4,
    rows: int = 8,
    columns: int = 8,
    spacing: tuple[float, float] = (1.0, 1.0),
    **changes: Any,
) -> Stack:
    """A volume: head to feet, 2 mm apart."""
    geometry = StackGeometry(
        row=(1.0, 0.0, 0.0),
        column=(0.0, 1.0, 0.0),
        positions=tuple((10.0, 20.0, 30.0 - 2.0 * k) for k in range(frames)),
        pixel_spacing=spacing,
        positioned=True,
        calibrated=True,
        volumetric=True,
    )
    refs = tuple(FrameRef(f"2.25.{k}") for k in range(frames))
    return replace(Stack("k#1", "k", rows, columns, refs, geometry, PixelFormat("int16")), **changes)


def taken(order: FrameOrder) -> list[int]:
    frames = []
    while (frame := order.take()) is not None:
        frames.append(frame)
    return frames


@pytest.mark.parametrize(
    ("frames", "first", "expected"),
    [
        (5, 2, [2, 3, 1, 4, 0]),
        (5, 0, [0, 1, 2, 3, 4]),
        (5, 4, [4, 3, 2, 1, 0]),
        (5, 99, [4, 3, 2, 1, 0]),
        (1, -3, [0]),
    ],
)
def test_frames_are_read_outward(frames: int, first: int, expected: list[int]) -> None:
    assert taken(FrameOrder(frames, first)) == expected


def test_the_reader_steers_and_each_frame_comes_once() -> None:
    order = FrameOrder(10, 0)
    assert [order.take(), order.take()] == [0, 1]
    order.steer(8)
    assert [order.take() for _ in range(4)] == [8, 9, 7, 6]
    order.steer(2)
    assert taken(order) == [2, 3, 4, 5]


def test_statistics_leave_padding_out_and_are_in_modality_units() -> None:
    form = PixelFormat("int16", slope=2.0, intercept=-100.0)
    statistics = Statistics(stack(pixels=form, terms=(ImageTerms(padding=(-2000.0, -2000.0)),)))
    frame = np.full((8, 8), -2000, np.int16)
    assert statistics.result(complete=False) is None
    statistics.add(frame, 0)
    assert statistics.result(complete=False) is None
    frame[:4] = np.arange(32).reshape(4, 8)
    statistics.add(frame, 0)
    result = statistics.result(complete=True)
    assert result is not None
    assert (result.minimum, result.maximum, result.complete) == (-100.0, -38.0, True)
    assert -100.0 < result.low < result.high < -38.0


def test_percentiles_are_those_that_are_named() -> None:
    statistics = Statistics(stack(rows=101, columns=1, pixels=PixelFormat("int16")))
    statistics.add(np.arange(101, dtype=np.int16).reshape(101, 1), 0)
    result = statistics.result(complete=True)
    assert result is not None
    assert (result.low, result.high) == PERCENTILES


def test_a_negative_slope_keeps_low_below_high() -> None:
    statistics = Statistics(stack(pixels=PixelFormat("int16", slope=-1.0)))
    statistics.add(np.arange(64, dtype=np.int16).reshape(8, 8), 0)
    result = statistics.result(complete=True)
    assert result is not None
    assert result.minimum == -63.0
    assert result.low < result.high


def picture(png: bytes) -> np.ndarray:
    return np.asarray(imagecodecs.png_decode(png))


@pytest.mark.parametrize(
    ("rows", "columns", "spacing", "size"),
    [
        (512, 512, (1.0, 1.0), (112, 112)),
        (100, 200, (1.0, 1.0), (56, 112)),
        (100, 200, (2.0, 1.0), (112, 112)),
        (8, 8, (1.0, 1.0), (112, 112)),
        (3, 3000, (1.0, 1.0), (1, 112)),
    ],
)
def test_a_thumbnail_keeps_the_aspect(
    rows: int, columns: int, spacing: tuple[float, float], size: tuple[int, int]
) -> None:
    shown = stack(
        rows=rows, columns=columns, spacing=spacing, terms=(ImageTerms(windows=(Voi(0.0, 100.0),)),)
    )
    frame = np.zeros((rows, columns), np.int16)
    frame[:, columns // 2 :] = 50
    small = picture(thumbnail(frame, 0, shown, None))
    assert small.shape == size
    assert small[:, 0].max() == 129  # as the picture: C.11.2.1.2.1 with its width − 1
    assert small[:, -1].min() == 255


def test_a_thumbnail_of_monochrome1_is_inverted_and_colour_stays() -> None:
    inverted = stack(
        pixels=PixelFormat("uint8", inverted=True), terms=(ImageTerms(windows=(Voi(127.5, 255.0),)),)
    )
    assert (picture(thumbnail(np.zeros((8, 8), np.uint8), 0, inverted, None)) == 255).all()
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 200
    small = picture(thumbnail(red, 0, stack(pixels=PixelFormat("uint8", samples=3)), None))
    assert (small == (200, 0, 0)).all()


@pytest.mark.parametrize(
    ("spacing", "voxels", "factors"),
    [
        ((1.0, 1.0), 10**9, None),
        ((1.0, 1.0), 12 * 32 * 32, (1, 2, 2)),
        ((2.0, 2.0), 6 * 32 * 32, (2, 2, 2)),
        ((0.5, 1.0), 12 * 16 * 32, (1, 4, 2)),
    ],
)
def test_reduction_makes_voxels_cubic(
    spacing: tuple[float, float], voxels: int, factors: tuple[int, int, int] | None
) -> None:
    assert reduction(stack(12, 64, 64, spacing), voxels) == factors


def test_what_is_no_volume_is_not_reduced() -> None:
    flat = stack(12, 64, 64)
    assert reduction(replace(flat, geometry=replace(flat.geometry, volumetric=False)), 100) is None


@pytest.mark.parametrize("factors", [(1, 2, 2), (2, 2, 2), (3, 2, 5), (2, 3, 1)])
@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_a_reduced_voxel_lies_at_the_centre_of_those_it_is_the_mean_of(
    factors: tuple[int, int, int], dtype: str
) -> None:
    """On a linear ramp over the world a mean equals the value at the centre, if the centre is where it is said to be."""
    full = stack(13, 22, 31, (1.5, 0.5))
    k, j, i = np.meshgrid(np.arange(13), np.arange(22), np.arange(31), indexing="ij")

    def ramp(x: Any, y: Any, z: Any) -> Any:
        return 40.0 * x + 60.0 * y - 90.0 * z

    def world(of: Stack, k: Any, j: Any, i: Any) -> tuple[Any, Any, Any]:
        positions = np.array(of.geometry.positions)
        down, across = of.geometry.pixel_spacing
        return positions[k, 0] + i * across, positions[k, 1] + j * down, positions[k, 2]

    pixels = ramp(*world(full, k, j, i)).astype(dtype)
    small = reduced_description(full, factors)
    assert (len(small.frames), small.rows, small.columns) == (
        13 // factors[0],
        22 // factors[1],
        31 // factors[2],
    )
    out = np.empty((len(small.frames), small.rows, small.columns), dtype)
    for frame in range(len(out)):
        reduce_into(pixels, factors, out, frame, full)
    k, j, i = np.meshgrid(*(np.arange(size) for size in out.shape), indexing="ij")
    assert np.abs(out - ramp(*world(small, k, j, i))).max() <= (0.51 if dtype == "int16" else 0.01)


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_a_reduced_voxel_is_the_mean_of_what_is_no_padding_of_its_frame(dtype: str) -> None:
    """What is padding of one frame is tissue of the next; a block of nothing else is padding of the copy's frame."""
    terms = (ImageTerms(padding=(900, 900)), ImageTerms(padding=(-2000, -1500)), ImageTerms())
    of = (0, 0, 1, 1, 1, 1, 2, 2)
    full = stack(8, 12, 12, terms=terms, terms_of=of)
    pixels = np.random.default_rng(3).integers(0, 100, (8, 12, 12)).astype(dtype)
    pixels[:2, :6], pixels[2:6, :, :6], pixels[:, 7, 7] = 900, -1700, 900
    factors = (2, 3, 3)
    small = reduced_description(full, factors)
    out = np.empty((len(small.frames), small.rows, small.columns), dtype)
    for frame in range(len(out)):
        reduce_into(pixels, factors, out, frame, full)
    for k, j, i in np.ndindex(out.shape):
        block = pixels[2 * k : 2 * k + 2, 3 * j : 3 * j + 3, 3 * i : 3 * i + 3].astype(float)
        low, high = full.terms_at(2 * k).padding or (np.inf, -np.inf)
        kept = block[(block < low) | (block > high)]
        own = small.terms_at(k).padding
        if kept.size:
            assert out[k, j, i] == pytest.approx(kept.mean(), abs=0.51)
        else:
            assert own is not None
            assert own[0] <= out[k, j, i] <= own[1]


def test_the_chest_comes_within_sixteen_million_voxels() -> None:
    grid = axial_grid(512, 512, 300, 0.75, 1.5)
    positions = tuple(grid.position(k) for k in reversed(range(300)))
    chest = stack(300, 512, 512, (0.75, 0.75))
    chest = replace(chest, geometry=replace(chest.geometry, positions=positions))
    assert reduction(chest, 16_000_000) == (2, 2, 2)


def test_each_frames_own_padding_is_left_out_of_statistics_and_thumbnail() -> None:
    terms = tuple(
        ImageTerms(windows=(Voi(c, 100.0),), padding=p) for c, p in ((50.0, (0, 0)), (950.0, (900, 900)))
    )
    two = stack(terms=terms, terms_of=(0, 1), frames=2)
    statistics = Statistics(two)
    first, second = np.full((8, 8), 900, np.int16), np.full((8, 8), 0, np.int16)
    first[:4], second[:4] = 0, 900
    statistics.add(first, 0)
    statistics.add(second, 1)
    result = statistics.result(complete=True)
    assert result is not None
    assert (result.minimum, result.maximum) == (0.0, 900.0)
    alone = Statistics(two)
    alone.add(first, 0)
    result = alone.result(complete=True)
    assert result is not None
    assert (result.minimum, result.maximum) == (900.0, 900.0)
    small = picture(thumbnail(second, 1, two, None))
    assert (small == 0).all(), "padding above, and below a value under this image's own window"
    small = picture(thumbnail(first, 0, two, None))
    assert (small[:50] == 0).all()
    assert (small[60:] == 255).all()
