"""A real CT of a head: the volume that Debian's package invesalius-examples carries, made into a DICOM series.

The rows of its matrix run from back to front and its slices from the feet up; DICOM wants them front to back.
"""

from __future__ import annotations

import plistlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streamer.demo.debian_package import Unavailable
from streamer.demo.series_writer import DemoPatient, DemoSeries, write_series
from streamer.viewer.vector import Vec3

PACKAGE = "invesalius-examples"
MEMBER = "usr/share/doc/invesalius-examples/examples/Cranium.inv3"
PATIENT = DemoPatient("Demo^Head", "DEMO-0002", "19710924", "O", "053Y")
_MOST_VOXELS = 1 << 28
_UNKNOWN = "The example volume of invesalius-examples is of a form that is not known."


def write_head(source: Path, folder: Path) -> int:
    """Makes the series of the file Cranium.inv3; how many images.

    Raises:
        Unavailable: the file is not as expected.
    """
    volume, spacing = read_inv3(source)
    # [k, j, i]: from the feet up, back to front. The second axis is turned; left and right are as they were.
    volume = volume[:, ::-1, :]
    frames, rows, columns = volume.shape
    across, down, gap = spacing
    origin = (-across * (columns - 1) / 2, -down * (rows - 1) / 2, -gap * (frames - 1) / 2)
    series = DemoSeries(
        patient=PATIENT,
        study="head-ct",
        name="head",
        date="20250204",
        time="143000",
        study_description="Head CT (demonstration)",
        description="Head 1.5 mm",
        number=2,
        body_part="HEAD",
        spacing=(down, across),
        thickness=gap,
        row=(1.0, 0.0, 0.0),
        column=(0.0, 1.0, 0.0),
        windows=((40.0, 80.0, "BRAIN"), (500.0, 2000.0, "BONE")),
        accession="DEMO-A2",
    )
    return write_series(folder, series, _placed(volume, origin, gap))


def read_inv3(source: Path) -> tuple[NDArray[np.int16], tuple[float, float, float]]:
    """The matrix [k, j, i] in HU and its spacing (across, down, between) in mm.

    Raises:
        Unavailable: the file is not as expected.
    """
    try:
        with tarfile.open(source) as archive:
            members = {
                Path(name).name: archive.extractfile(name)
                for name in archive.getnames()
                if not name.endswith("/")
            }
            listing, matrix = members["main.plist"], members["matrix.dat"]
            if listing is None or matrix is None:
                raise Unavailable(_UNKNOWN)
            facts = plistlib.loads(listing.read())
            shape = tuple(int(side) for side in facts["matrix"]["shape"])
            if len(shape) != 3 or np.prod(shape) > _MOST_VOXELS or facts["matrix"]["dtype"] != "int16":
                raise Unavailable(_UNKNOWN)
            volume = np.frombuffer(matrix.read(), "<i2").reshape(shape)
            spacing = tuple(float(step) for step in facts["spacing"])
    except (tarfile.TarError, OSError, KeyError, ValueError, plistlib.InvalidFileException) as error:
        raise Unavailable(f"{_UNKNOWN} ({type(error).__name__})") from None
    return volume, (spacing[0], spacing[1], spacing[2])


def _placed(volume: NDArray[np.int16], origin: Vec3, gap: float) -> Iterator[tuple[Vec3, NDArray[np.int16]]]:
    for k, plane in enumerate(volume):
        yield (origin[0], origin[1], origin[2] + k * gap), plane
