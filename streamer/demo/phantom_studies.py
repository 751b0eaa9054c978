"""The generated studies: a chest of 300 images, and the same chest cut obliquely."""

from __future__ import annotations

import math
from pathlib import Path

from streamer.demo.phantom import PhantomGrid, axial_grid, centered_grid, image
from streamer.demo.series_writer import DemoPatient, DemoSeries, write_series
from streamer.viewer.vector import Vec3, cross

PATIENT = DemoPatient("Demo^Phantom", "DEMO-0001", "19580317", "O", "067Y")
WINDOWS = ((50.0, 350.0, "MEDIASTINUM"), (-600.0, 1500.0, "LUNG"), (500.0, 2000.0, "BONE"))
STUDY = "phantom-chest"


def chest_grid() -> PhantomGrid:
    """300 images of 512 × 512 pixels, 0.75 × 0.75 × 1.5 mm."""
    return axial_grid(512, 512, 300, 0.75, 1.5)


def oblique_grid() -> PhantomGrid:
    """60 images of 256 × 256 pixels whose plane is turned by 25° about the left-right axis and then by 15° about the body's."""
    tilt, turn = math.radians(25.0), math.radians(15.0)
    row: Vec3 = (math.cos(turn), math.sin(turn), 0.0)
    column: Vec3 = (-math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), -math.sin(tilt))
    assert abs(sum(a * b for a, b in zip(row, column, strict=True))) < 1e-12
    assert cross(row, column)[2] > 0
    return centered_grid(256, 256, 60, (1.5, 1.5), 4.0, row, column)


def write_chest(folder: Path) -> int:
    """The chest; how many files."""
    return write_phantom(folder, chest_grid(), "chest", "Chest 1.5 mm (generated)", 2)


def write_oblique(folder: Path) -> int:
    """The oblique series of the same study; how many files."""
    return write_phantom(folder, oblique_grid(), "oblique", "Chest oblique 4 mm (generated)", 3)


def write_phantom(
    folder: Path, grid: PhantomGrid, name: str, description: str, number: int, *, study: str = STUDY
) -> int:
    """Writes one series of the phantom, feet first or as the grid goes."""
    series = DemoSeries(
        patient=PATIENT,
        study=study,
        name=name,
        date="20250612",
        time="101500",
        study_description="Phantom chest (demonstration)",
        description=description,
        number=number,
        body_part="CHEST",
        spacing=grid.spacing,
        thickness=math.hypot(*grid.step),
        row=grid.row,
        column=grid.column,
        windows=WINDOWS,
        accession="DEMO-A1",
    )
    return write_series(folder, series, ((grid.position(k), image(grid, k)) for k in range(grid.frames)))
