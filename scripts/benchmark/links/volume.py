"""The CT that is read over the link, by Farview and its peers alike: the demonstration's head with a scanner's matrix and noise.

The head of invesalius-examples is 256 × 256 × 108 and smooth; a scanner's images are finer and noisier, and harder to code.
So it is interpolated to 512 × 512 × 300, and noise of a scanner's strength is added, the same each time.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.benchmark.setting import CHEST, NotMeasured
from streamer.demo import head_ct
from streamer.demo.debian_package import Unavailable, file_of_package
from streamer.demo.series_writer import DemoSeries, stable_uid, write_series
from streamer.viewer.vector import Vec3

FOLDER = "head-512"
SIZE, IMAGES = 512, 300
NOISE_SD = 14.0
WINDOW = (40.0, 400.0)
"""Centre and width with which the study opens."""
ARRAY = "volume.npy"
Slice = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class LinkVolume:
    """`root` holds one study of one series of 300 images; `array` is the same in HU, int16 [k, j, i], for the peers.

    `second` is another study of the same size, for a second reader.
    """

    root: Path
    array: Path
    second: Path
    study: str
    words: str


def link_volume(results: Path, data: Path) -> LinkVolume:
    """The study, made where it is not there yet.

    Raises:
        NotMeasured: the head can't be had.
    """
    folder = results / FOLDER
    if not (folder / ARRAY).is_file():
        temporary = folder.with_name(f".{FOLDER}.part")
        shutil.rmtree(temporary, ignore_errors=True)
        try:
            with file_of_package(head_ct.PACKAGE, head_ct.MEMBER) as source:
                volume, spacing = head_ct.read_inv3(source)
        except Unavailable as reason:
            raise NotMeasured(f"the CT that is read over the links can't be had: {reason}") from None
        _write(volume[:, ::-1, :], spacing, temporary)
        os.replace(temporary, folder)
    words = f"real head CT at {SIZE} × {SIZE} × {IMAGES} with noise of {NOISE_SD:g} HU"
    return LinkVolume(folder / "series", folder / ARRAY, data / CHEST, stable_uid(FOLDER), words)


def _write(volume: Slice, spacing: tuple[float, float, float], folder: Path) -> None:
    frames, rows, columns = volume.shape
    across, down, gap = spacing[0] * columns / SIZE, spacing[1] * rows / SIZE, spacing[2] * frames / IMAGES
    series = DemoSeries(
        patient=head_ct.PATIENT,
        study=FOLDER,
        name=FOLDER,
        date="20250204",
        time="143000",
        study_description="Head CT for measuring links",
        description="Head, scanner's matrix",
        number=2,
        body_part="HEAD",
        spacing=(down, across),
        thickness=gap,
        row=(1.0, 0.0, 0.0),
        column=(0.0, 1.0, 0.0),
        windows=((*WINDOW, "HEAD"),),
    )
    folder.mkdir(parents=True)
    array = np.lib.format.open_memmap(folder / ARRAY, mode="w+", dtype=np.int16, shape=(IMAGES, SIZE, SIZE))

    def placed() -> Iterator[tuple[Vec3, Slice]]:
        for k, plane in enumerate(slices(volume)):
            array[k] = plane
            yield (-across * SIZE / 2, -down * SIZE / 2, gap * k), plane

    write_series(folder / "series", series, placed())
    array.flush()


def slices(volume: Slice, size: int = SIZE, images: int = IMAGES) -> Iterator[Slice]:
    """The volume interpolated linearly to `images` of `size` × `size`, with noise, one image after the other."""
    for k in range(images):
        before, after, share = _between(k, images, volume.shape[0])
        plane = (1 - share) * volume[before] + share * volume[after]
        for axis in (0, 1):
            plane = _stretched(plane, axis, size)
        yield np.clip(np.rint(plane + noise(k, size)), -1024, 3071).astype(np.int16)


def noise(k: int, size: int = SIZE) -> NDArray[np.float32]:
    """What a scanner adds to image `k`, HU: normal, and slightly alike from pixel to pixel; the same each time."""
    white = np.random.default_rng((512, k)).standard_normal((size, size), np.float32)
    smooth = white + np.float32(0.35) * (np.roll(white, 1, 0) + np.roll(white, 1, 1))
    return np.asarray(smooth * np.float32(NOISE_SD / np.sqrt(1 + 2 * 0.35**2)), np.float32)


def _stretched(plane: NDArray[np.float64], axis: int, size: int) -> NDArray[np.float64]:
    places = [_between(n, size, plane.shape[axis]) for n in range(size)]
    before, after, shares = (np.array(column) for column in zip(*places, strict=True))
    weights = shares.reshape((-1, 1) if axis == 0 else (1, -1))
    return (1 - weights) * plane.take(before, axis) + weights * plane.take(after, axis)


def _between(n: int, count: int, source: int) -> tuple[int, int, float]:
    """Between which two of `source` samples the n-th of `count` lies, and how near to the second; pixels are areas."""
    place = min(max((n + 0.5) * source / count - 0.5, 0.0), source - 1.0)
    before = int(place)
    return before, min(before + 1, source - 1), place - before
