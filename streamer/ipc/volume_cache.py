"""The cache file of a decoded stack: header, one state byte and one checksum per frame, pixels on page boundaries.

The loader is the only writer; host and workers map it read-only and share it by the page cache. A frame's checksum is written
after its pixels and its state after both. That orders memory, not the disk: after a power cut pages may be lost, and bits rot. So
nobody takes a frame for present until its pixels fit its checksum, and nothing here is ever synced.
Evicting unlinks the file and never truncates it: who has it mapped keeps it.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import math
import mmap
import os
import secrets
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streamer.ipc.messages import StackPixels
from streamer.viewer.stack import Stack

MAGIC = b"FARVIEW\x02"
DTYPES = ("uint8", "int16", "uint16", "int32", "float32", "float64")
MAX_BYTES = 64 << 30
_PAGE = 4096
# magic; frames, rows, columns, samples; dtype; states, checksums, pixels, size; identity; checksum of all this
_HEADER = struct.Struct("<8sIIII16sQQQQ128sI")
# low, high, minimum, maximum, complete; checksum of these
_STATISTICS = struct.Struct("<dddd?7xI")
_STATISTICS_OFFSET = 512


class FrameState(IntEnum):
    """The state byte of a frame."""

    ABSENT = 0
    PRESENT = 1
    FAILED = 2


class CacheFault(Exception):
    """The cache file can't be made or read; the message is a sentence, `code` is disk-full, cache or shape."""

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
    """What a cache file holds. `version` names the stack and its content (see shape_of): another one is another content."""

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
    def checksums_offset(self) -> int:
        """Where the checksums are, one u32 per frame: page-aligned."""
        return _PAGE + math.ceil(self.frames / _PAGE) * _PAGE

    @property
    def pixels_offset(self) -> int:
        """Where the pixels are: page-aligned."""
        return self.checksums_offset + math.ceil(4 * self.frames / _PAGE) * _PAGE

    @property
    def size(self) -> int:
        """Size of the whole file."""
        return self.pixels_offset + self.frames * self.frame_bytes

    @property
    def seed(self) -> int:
        """What this file's checksums begin with: a frame of another stack or version does not fit."""
        sides = f"{self.frames} {self.rows} {self.columns} {self.samples} {self.dtype} {self.version}"
        return zlib.crc32(sides.encode())

    @property
    def layout(self) -> StackPixels:
        """Where all of it is, for who gets only the descriptor."""
        return StackPixels(
            states=self.states_offset,
            checksums=self.checksums_offset,
            pixels=self.pixels_offset,
            size=self.size,
            seed=self.seed,
        )

    def check(self) -> None:
        """Raises CacheFault when the shape is absurd."""
        sides = (self.frames, self.rows, self.columns)
        if self.dtype not in DTYPES or self.samples not in (1, 3) or min(sides) < 1 or self.size > MAX_BYTES:
            raise CacheFault(
                f"A stack of {self.frames} images of {self.columns} × {self.rows} pixels is over what can be held.",
                "shape",
            )


def shape_of(stack: Stack, version: str) -> CacheShape:
    """The shape of the cache file of a stack whose plan has this version."""
    identity = hashlib.sha256(f"{stack.key}\0{version}".encode()).hexdigest()
    return CacheShape(
        len(stack.frames), stack.rows, stack.columns, stack.pixels.samples, stack.pixels.dtype, identity
    )


def frame_checksum(pixels: NDArray[Any] | bytes, frame: int, seed: int) -> int:
    """CRC-32 (zlib's) of a frame's bytes, begun with the file's seed and the frame's number: in another place it does not fit."""
    data = pixels if isinstance(pixels, bytes) else pixels.data
    return zlib.crc32(data, zlib.crc32(struct.pack("<I", frame), seed))


class CacheView:
    """A mapped cache file, read-only unless it is the loader's. `pixels` and `states` are views of the mapping."""

    def __init__(self, shape: CacheShape, mapping: mmap.mmap) -> None:
        self.shape = shape
        self._mapping = mapping
        self.states: NDArray[np.uint8] = np.frombuffer(mapping, np.uint8, shape.frames, shape.states_offset)
        self.checksums: NDArray[np.uint32] = np.frombuffer(
            mapping, np.uint32, shape.frames, shape.checksums_offset
        )
        count = math.prod(shape.array_shape)
        flat: NDArray[Any] = np.frombuffer(mapping, shape.dtype, count, shape.pixels_offset)
        self.pixels: NDArray[Any] = flat.reshape(shape.array_shape)

    def present(self, frame: int) -> bool:
        """Whether this frame is said to be there. Ask fits() before its pixels are used."""
        return bool(self.states[frame] == FrameState.PRESENT)

    def fits(self, frame: int) -> bool:
        """Whether this frame is there and its pixels are those that were written: costs a third of a millisecond a megabyte."""
        return (
            self.present(frame)
            and frame_checksum(self.pixels[frame], frame, self.shape.seed) == self.checksums[frame]
        )

    def was_damaged(self, frame: int) -> bool:
        """Whether a frame that does not fit was written once: it says so, or its state is none, or it has a checksum."""
        missing = (FrameState.ABSENT, FrameState.FAILED)
        return int(self.states[frame]) not in missing or bool(self.checksums[frame])

    @property
    def complete(self) -> bool:
        """Whether all frames are said to be there."""
        return bool((self.states == FrameState.PRESENT).all())

    @property
    def statistics(self) -> Percentiles | None:
        """What the loader noted at the end (or after the first frame); None also where it was damaged since."""
        raw = self._mapping[_STATISTICS_OFFSET : _STATISTICS_OFFSET + _STATISTICS.size]
        *values, checksum = _STATISTICS.unpack(raw)
        if checksum != zlib.crc32(raw[:-4], self.shape.seed) or math.isnan(values[0]):
            return None
        return Percentiles(*values)


class CacheWriter(CacheView):
    """The loader's mapping of its cache file."""

    def mark(self, frame: int, state: FrameState) -> None:
        """Sets a frame's state; for PRESENT its pixels must have been written before, and its checksum is written first.

        A frame that is not there has no checksum: one whose state alone was lost is told by it (see was_damaged).
        """
        if state is FrameState.PRESENT:
            self.checksums[frame] = frame_checksum(self.pixels[frame], frame, self.shape.seed)
        self.states[frame] = state
        if state is not FrameState.PRESENT:
            self.checksums[frame] = 0

    def note_statistics(self, value: Percentiles) -> None:
        """Keeps the statistics for who opens the file later."""
        fields = (value.low, value.high, value.minimum, value.maximum, value.complete)
        raw = _STATISTICS.pack(*fields, 0)
        checksum = zlib.crc32(raw[:-4], self.shape.seed)
        _STATISTICS.pack_into(self._mapping, _STATISTICS_OFFSET, *fields, checksum)


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


def read_states(path: Path) -> tuple[CacheShape, bytes]:
    """Shape and frames' states of a cache file, read and not mapped: one that is cut short meanwhile must not end the host.

    Raises:
        CacheFault: it is damaged.
        OSError: it can't be read.
    """
    with path.open("rb", buffering=0) as file:
        return states_of(file.fileno())


def states_of(descriptor: int) -> tuple[CacheShape, bytes]:
    """The same from an open descriptor, which stays the caller's.

    Raises:
        CacheFault: it is damaged.
        OSError: it can't be read.
    """
    shape = _read_shape(descriptor)
    states = os.pread(descriptor, shape.frames, shape.states_offset)
    if len(states) != shape.frames:
        raise CacheFault("The cache file is damaged: it ends before it should.")
    return shape, states


def map_cache(descriptor: int) -> CacheView:
    """The same from an open descriptor, which stays the caller's and may be closed afterwards."""
    shape = _read_shape(descriptor)
    return CacheView(shape, mmap.mmap(descriptor, shape.size, mmap.MAP_SHARED, mmap.PROT_READ))


def create_cache(path: Path, shape: CacheShape) -> CacheWriter:
    """Opens the file of this version for writing where it exists, else makes it with its space reserved.

    It gets its name when its header stands, so that no reader finds half a file. A file that another loader has at work (of a
    host that was killed a moment ago, or of a second host over this folder) is left to that one, and a new one takes its name:
    no two loaders ever write one file.

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
        _unlink_left(left)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        _locked(descriptor)
        os.posix_fallocate(descriptor, 0, shape.size)
        os.pwrite(descriptor, _header(shape), 0)
        os.rename(temporary, path)
    except BaseException:
        os.close(descriptor)
        temporary.unlink(missing_ok=True)
        raise
    return descriptor


def _unlink_left(left: Path) -> None:
    """What a loader that was killed had begun; what another one has at work stays."""
    with suppress(FileNotFoundError):
        descriptor = os.open(left, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if _locked(descriptor):
                left.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether this program is now the one that writes the file. The lock stays as long as the file is open or mapped."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        return True  # A file system without locks: the host alone sees to it.
    return True


def _open_existing(path: Path, shape: CacheShape) -> int | None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _read_shape(descriptor) == shape and _locked(descriptor):
            return descriptor
    except CacheFault:
        pass  # Damaged: it is replaced.
    os.close(descriptor)
    return None


def _header(shape: CacheShape) -> bytes:
    layout = (shape.states_offset, shape.checksums_offset, shape.pixels_offset, shape.size)
    sides = (shape.frames, shape.rows, shape.columns, shape.samples)
    names = (shape.dtype.encode(), shape.version.encode()[:128])
    raw = _HEADER.pack(MAGIC, *sides, names[0], *layout, names[1], 0)
    return raw[:-4] + struct.pack("<I", zlib.crc32(raw[:-4]))


def _read_shape(descriptor: int) -> CacheShape:
    head = os.pread(descriptor, _HEADER.size, 0)
    if len(head) < _HEADER.size or not head.startswith(MAGIC):
        raise CacheFault("This is no cache file of this version of Farview.")
    fields = _HEADER.unpack(head)
    frames, rows, columns, samples, dtype = fields[1:6]
    names = [field.rstrip(b"\0").decode("ascii", "replace") for field in (dtype, fields[-2])]
    if fields[-1] != zlib.crc32(head[:-4]):
        raise CacheFault("The cache file is damaged: its header does not fit its checksum.")
    shape = CacheShape(frames, rows, columns, samples, *names)
    shape.check()
    layout = (shape.states_offset, shape.checksums_offset, shape.pixels_offset, shape.size)
    if fields[6:10] != layout or os.fstat(descriptor).st_size != shape.size:
        raise CacheFault("The cache file is damaged: its size is not what its header says.")
    return shape


def _fault(error: OSError, size: int) -> CacheFault:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        need = f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"
        return CacheFault(
            f"No room for the images in the cache: {need} are needed. Free some disk space.", "disk-full"
        )
    return CacheFault(f"The cache can't be written: {error.strerror}.")
