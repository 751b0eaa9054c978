"""The cache file of a decoded stack: header, one state byte per frame, pixels on page boundaries.

The loader is the only writer; host and workers map it read-only and share it by the page cache. A frame's state is written after
its pixels, so a frame that is present is whole. Evicting unlinks the file and never truncates it: who has it mapped keeps it.
"""

from __future__ import annotations

import errno
import math
import mmap
import os
import secrets
import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"FARVIEW\x01"
DTYPES = ("uint8", "int16", "uint16", "int32", "float32")
MAX_BYTES = 64 << 30
_PAGE = 4096
# magic; frames, rows, columns, samples; dtype; states, pixels, size; low, high, minimum, maximum, complete; version
_HEADER = struct.Struct("<8sIIII16sQQQdddd?7x128s")
_STATISTICS = struct.Struct("<dddd?")
_STATISTICS_OFFSET = struct.calcsize("<8sIIII16sQQQ")


class FrameState(IntEnum):
    """The state byte of a frame."""

    ABSENT = 0
    PRESENT = 1
    FAILED = 2


class CacheFault(Exception):
    """The cache file can't be made or read; the message is a sentence, `code` is disk-full or cache."""

    def __init__(self, message: str, code: str = "cache") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of all pixels without padding, modality units; `complete` when every frame was in."""

    low: float
    high: float
    minimum: float
    maximum: float
    complete: bool


@dataclass(frozen=True, slots=True)
class CacheShape:
    """What a cache file holds. `version` is the plan's: another version is another content."""

    frames: int
    rows: int
    columns: int
    samples: int
    dtype: str
    version: str = ""

    @property
    def array_shape(self) -> tuple[int, ...]:
        """[k, j, i], and [k, j, i, 3] for colour."""
        plane = (self.frames, self.rows, self.columns)
        return plane if self.samples == 1 else (*plane, self.samples)

    @property
    def frame_bytes(self) -> int:
        """Size of one frame."""
        return self.rows * self.columns * self.samples * np.dtype(self.dtype).itemsize

    @property
    def states_offset(self) -> int:
        """Where the state bytes are."""
        return _PAGE

    @property
    def pixels_offset(self) -> int:
        """Where the pixels are: page-aligned."""
        return _PAGE + math.ceil(self.frames / _PAGE) * _PAGE

    @property
    def size(self) -> int:
        """Size of the whole file."""
        return self.pixels_offset + self.frames * self.frame_bytes

    def check(self) -> None:
        """Raises CacheFault when the shape is absurd."""
        sides = (self.frames, self.rows, self.columns)
        if self.dtype not in DTYPES or self.samples not in (1, 3) or min(sides) < 1 or self.size > MAX_BYTES:
            raise CacheFault(
                f"A stack of {self.frames} images of {self.columns} × {self.rows} pixels is over what can be held."
            )


class CacheView:
    """A mapped cache file, read-only unless it is the loader's. `pixels` and `states` are views of the mapping."""

    def __init__(self, shape: CacheShape, mapping: mmap.mmap) -> None:
        self.shape = shape
        self._mapping = mapping
        self.states: NDArray[np.uint8] = np.frombuffer(mapping, np.uint8, shape.frames, shape.states_offset)
        count = math.prod(shape.array_shape)
        flat: NDArray[Any] = np.frombuffer(mapping, shape.dtype, count, shape.pixels_offset)
        self.pixels: NDArray[Any] = flat.reshape(shape.array_shape)

    def present(self, frame: int) -> bool:
        """Whether this frame's pixels are all there."""
        return bool(self.states[frame] == FrameState.PRESENT)

    @property
    def complete(self) -> bool:
        """Whether all frames are present."""
        return bool((self.states == FrameState.PRESENT).all())

    @property
    def statistics(self) -> Percentiles | None:
        """What the loader noted at the end (or after the first frame)."""
        values = _STATISTICS.unpack_from(self._mapping, _STATISTICS_OFFSET)
        return None if math.isnan(values[0]) else Percentiles(*values)


class CacheWriter(CacheView):
    """The loader's mapping of its cache file."""

    def mark(self, frame: int, state: FrameState) -> None:
        """Sets a frame's state; its pixels must have been written before."""
        self.states[frame] = state

    def note_statistics(self, value: Percentiles) -> None:
        """Keeps the statistics for who opens the file later."""
        fields = (value.low, value.high, value.minimum, value.maximum, value.complete)
        _STATISTICS.pack_into(self._mapping, _STATISTICS_OFFSET, *fields)


def open_cache(path: Path) -> CacheView:
    """Maps a cache file read-only.

    Raises:
        CacheFault: there is none, or it is damaged.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CacheFault(f"The cache file can't be opened: {error.strerror}.") from None
    try:
        return map_cache(descriptor)
    finally:
        os.close(descriptor)


def map_cache(descriptor: int) -> CacheView:
    """The same from an open descriptor, which stays the caller's and may be closed afterwards."""
    shape = _read_shape(descriptor)
    return CacheView(shape, mmap.mmap(descriptor, shape.size, mmap.MAP_SHARED, mmap.PROT_READ))


def create_cache(path: Path, shape: CacheShape) -> CacheWriter:
    """Opens the file of this version for writing where it exists, else makes it with its space reserved.

    It gets its name when its header stands, so that no reader finds half a file.

    Raises:
        CacheFault: the disk is full, the folder can't be written or the shape is absurd.
    """
    shape.check()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        existing = _open_existing(path, shape)
        descriptor = _make(path, shape) if existing is None else existing
        try:
            mapping = mmap.mmap(descriptor, shape.size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _fault(error, shape.size) from None
    return CacheWriter(shape, mapping)


def _make(path: Path, shape: CacheShape) -> int:
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)  # By a loader that was killed; there is never a second one at work.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, shape.size)
        nothing = (math.nan, math.nan, math.nan, math.nan, False)
        layout = (shape.states_offset, shape.pixels_offset, shape.size)
        sides = (shape.frames, shape.rows, shape.columns, shape.samples)
        names = (shape.dtype.encode(), shape.version.encode()[:128])
        os.pwrite(descriptor, _HEADER.pack(MAGIC, *sides, names[0], *layout, *nothing, names[1]), 0)
        os.rename(temporary, path)
    except BaseException:
        os.close(descriptor)
        os.unlink(temporary)
        raise
    return descriptor


def _open_existing(path: Path, shape: CacheShape) -> int | None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _read_shape(descriptor) == shape:
            return descriptor
    except CacheFault:
        pass  # Damaged: it is replaced.
    os.close(descriptor)
    return None


def _read_shape(descriptor: int) -> CacheShape:
    head = os.pread(descriptor, _HEADER.size, 0)
    if len(head) < _HEADER.size or not head.startswith(MAGIC):
        raise CacheFault("This is no cache file of this version of Farview.")
    fields = _HEADER.unpack(head)
    frames, rows, columns, samples, dtype = fields[1:6]
    names = [field.rstrip(b"\0").decode("ascii", "replace") for field in (dtype, fields[-1])]
    shape = CacheShape(frames, rows, columns, samples, *names)
    shape.check()
    layout = (shape.states_offset, shape.pixels_offset, shape.size)
    if fields[6:9] != layout or os.fstat(descriptor).st_size != shape.size:
        raise CacheFault("The cache file is damaged: its size is not what its header says.")
    return shape


def _fault(error: OSError, size: int) -> CacheFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        need = f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
        return CacheFault(
            f"No room for the images in the cache: {need} are needed. Free some disk space.", "disk-full"
        )
    return CacheFault(f"The cache can't be written: {error.strerror}.")
