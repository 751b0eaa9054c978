"""Small stacks with known values, in a memory file laid out like a cache file: states, checksums, then pixels."""

from __future__ import annotations

import mmap
import os
import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from streamer.ipc.messages import StackPixels
from streamer.ipc.volume_cache import frame_checksum
from streamer.render.mapped_stack import PRESENT, MappedStack
from streamer.viewer.stack import FrameRef, ImageTerms, PixelFormat, Stack, StackGeometry

_CHECKSUMS_AT = 1024
_PIXELS_AT = 4096
_SEED = 77


@dataclass
class CacheFile:
    """A cache file in memory; write() writes like the loader does. What else is written is damage."""

    description: Stack
    layout: StackPixels
    descriptor: int
    states: np.ndarray[Any, Any]
    voxels: np.ndarray[Any, Any]
    checksums: np.ndarray[Any, Any]

    def write(self, frame: int, pixels: np.ndarray[Any, Any] | None = None) -> None:
        """A frame comes: its pixels (or those that lie there), its checksum, its state."""
        if pixels is not None:
            self.voxels[frame] = pixels
        self.checksums[frame] = frame_checksum(self.voxels[frame], frame, self.layout.seed)
        self.states[frame] = PRESENT

    def mapped(self) -> MappedStack:
        """As a worker maps it."""
        return MappedStack.open(os.dup(self.descriptor), self.description, self.layout)

    def __post_init__(self) -> None:
        weakref.finalize(self, os.close, self.descriptor)


def stack_of(
    voxels: np.ndarray[Any, Any], *, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0), **pixels: Any
) -> Stack:
    """An axial stack whose first voxel is at the origin; spacing is (between frames, between rows, between columns)."""
    count, rows, columns = voxels.shape[:3]
    geometry = StackGeometry(
        row=(1.0, 0.0, 0.0),
        column=(0.0, 1.0, 0.0),
        positions=tuple((0.0, 0.0, spacing[0] * k) for k in range(count)),
        pixel_spacing=(spacing[1], spacing[2]),
        positioned=True,
        calibrated=True,
        volumetric=count >= 3,
    )
    samples = 3 if voxels.ndim == 4 else 1
    terms = ImageTerms(padding=pixels.pop("padding", None), slice_thickness=pixels.pop("thickness", 0.0))
    return Stack(
        key="1.2.3#0",
        series_instance_uid="1.2.3",
        rows=rows,
        columns=columns,
        frames=tuple(FrameRef(f"1.2.3.{k}") for k in range(count)),
        geometry=geometry,
        terms=(terms,),
        pixels=replace(PixelFormat(dtype=str(voxels.dtype), samples=samples), **pixels),
    )


def cache_file(voxels: np.ndarray[Any, Any], *, present: bool = True, **description: Any) -> CacheFile:
    """A file with these voxels, 700 frames at most; with present=False every frame's state says absent."""
    stack = stack_of(voxels, **description)
    descriptor = os.memfd_create("stack")
    size = _PIXELS_AT + voxels.nbytes
    os.ftruncate(descriptor, size)
    file = np.frombuffer(mmap.mmap(descriptor, size), np.uint8)
    states = file[64 : 64 + len(voxels)]
    pixels = file[_PIXELS_AT:].view(voxels.dtype).reshape(voxels.shape)
    pixels[...] = voxels
    checksums = file[_CHECKSUMS_AT : _CHECKSUMS_AT + 4 * len(voxels)].view(np.uint32)
    layout = StackPixels(
        states=64, checksums=_CHECKSUMS_AT, pixels=_PIXELS_AT, size=_PIXELS_AT + voxels.nbytes, seed=_SEED
    )
    written = CacheFile(stack, layout, descriptor, states, pixels, checksums)
    for frame in range(len(voxels)):
        written.write(frame)
    if not present:
        states[...] = 0
    return written
