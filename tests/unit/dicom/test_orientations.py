"""Each orientation against its twin: what lies at a world point is the same, however the planes are cut and shuffled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from streamer.demo.phantom import KNOWN_POINTS, PhantomGrid, image
from streamer.dicom.header import read_header
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.stack_plan import plan_series
from streamer.indexer.study_description import to_message
from streamer.ipc.messages import StackPlan
from streamer.loader.frame_reader import FrameReader
from streamer.viewer.vector import Vec3, add, cross, dot, length, scale, subtract
from tests.data.phantoms import PLANES, plane_grid, write_tiny


def loaded(folder: Path) -> tuple[StackPlan, np.ndarray]:
    """The series as the loader reads it."""
    entries = [
        FileEntry(path.name, path.stat().st_size, path.stat().st_mtime_ns, read_header(path))
        for path in sorted(folder.iterdir())
    ]
    (planned,) = plan_series(entries)
    plan = to_message(planned)
    pixels = np.empty((len(plan.sources), plan.stack.rows, plan.stack.columns), plan.stack.pixels.dtype)
    reader = FrameReader(plan, folder)
    for frame in range(len(pixels)):
        reader.read(frame, pixels[frame])
    reader.close()
    return plan, pixels


def value_at(plan: StackPlan, pixels: np.ndarray, world: Vec3) -> int:
    """The voxel nearest to a world point."""
    geometry = plan.stack.geometry
    normal = cross(geometry.row, geometry.column)
    depths = [abs(dot(subtract(world, position), normal)) for position in geometry.positions]
    k = int(np.argmin(depths))
    offset = subtract(world, geometry.positions[k])
    i = round(dot(offset, geometry.row) / geometry.pixel_spacing[1])
    j = round(dot(offset, geometry.column) / geometry.pixel_spacing[0])
    return int(pixels[k, j, i])


def world_of(plan: StackPlan, k: int, j: int, i: int) -> Vec3:
    geometry = plan.stack.geometry
    across = scale(geometry.row, i * geometry.pixel_spacing[1])
    down = scale(geometry.column, j * geometry.pixel_spacing[0])
    return add(geometry.positions[k], add(across, down))


@pytest.mark.parametrize("plane", PLANES)
def test_known_points_have_their_values(tmp_path: Path, plane: str) -> None:
    write_tiny(tmp_path, plane_grid(plane))
    plan, pixels = loaded(tmp_path)
    assert plan.stack.geometry.volumetric
    assert {point.hounsfield: value_at(plan, pixels, point.world) for point in KNOWN_POINTS} == {
        point.hounsfield: point.hounsfield for point in KNOWN_POINTS
    }


@pytest.mark.parametrize("plane", ["coronal", "sagittal"])
def test_planes_hold_the_same_voxels_as_their_axial_twin(tmp_path: Path, plane: str) -> None:
    write_tiny(tmp_path / "axial", plane_grid("axial"))
    write_tiny(tmp_path / plane, plane_grid(plane))
    axial, expected = loaded(tmp_path / "axial")
    plan, pixels = loaded(tmp_path / plane)
    random = np.random.default_rng(3)
    for k, j, i in random.integers(0, 48, (400, 3)):
        assert pixels[k, j, i] == value_at(axial, expected, world_of(plan, k, j, i)), (k, j, i)
    assert sorted(pixels.reshape(-1)) == sorted(expected.reshape(-1))


@pytest.mark.parametrize("plane", PLANES)
def test_oblique_and_straight_voxels_are_what_the_phantom_has_there(tmp_path: Path, plane: str) -> None:
    write_tiny(tmp_path, plane_grid(plane))
    plan, pixels = loaded(tmp_path)
    random = np.random.default_rng(4)
    same = 0
    for k, j, i in random.integers(0, 48, (300, 3)):
        spot = PhantomGrid(
            1,
            1,
            1,
            (1.0, 1.0),
            (1.0, 0.0, 0.0),
            (0.0, 1.0, 0.0),
            world_of(plan, k, j, i),
            (0.0, 0.0, 1.0),
            noise=0.0,
        )
        same += int(pixels[k, j, i] == image(spot, 0)[0, 0])
    # A position is written with ten digits: a voxel that lies right on a border may fall to the other side.
    assert same >= 297


@pytest.mark.parametrize("plane", PLANES)
def test_the_order_of_files_and_numbers_does_not_matter(tmp_path: Path, plane: str) -> None:
    grid = plane_grid(plane, side=12, frames=9, spacing=30.0)
    backwards = PhantomGrid(
        grid.rows,
        grid.columns,
        grid.frames,
        grid.spacing,
        grid.row,
        grid.column,
        grid.position(8),
        scale(grid.step, -1.0),
        0.0,
    )
    write_tiny(tmp_path / "one", grid)
    write_tiny(tmp_path / "two", backwards)
    (one, first), (two, second) = loaded(tmp_path / "one"), loaded(tmp_path / "two")
    assert np.array_equal(first, second)
    for a, b in zip(one.stack.geometry.positions, two.stack.geometry.positions, strict=True):
        assert length(subtract(a, b)) < 1e-6
