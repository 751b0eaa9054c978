"""What may happen to a cache file on a disk, as functions that damage one frame of it, or the file."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

from streamer.ipc.volume_cache import CacheShape

Damage = Callable[[Path, CacheShape, int], None]


def _write(path: Path, offset: int, data: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR)
    os.pwrite(descriptor, data, offset)
    os.close(descriptor)


def _read(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(size)


def _at(shape: CacheShape, frame: int) -> int:
    return shape.pixels_offset + frame * shape.frame_bytes


def zeroed(path: Path, shape: CacheShape, frame: int) -> None:
    """Lost pages: the frame's pixels read as zero, as after a power cut."""
    _write(path, _at(shape, frame), bytes(shape.frame_bytes))


def zeroed_with_checksum(path: Path, shape: CacheShape, frame: int) -> None:
    """Its pixels and its checksum are lost, its state is not."""
    zeroed(path, shape, frame)
    _write(path, shape.checksums_offset + 4 * frame, bytes(4))


def flipped_bit(path: Path, shape: CacheShape, frame: int) -> None:
    """One bit of its last pixel."""
    at = _at(shape, frame) + shape.frame_bytes - 1
    _write(path, at, bytes([_read(path, at, 1)[0] ^ 0x10]))


def swapped(path: Path, shape: CacheShape, frame: int) -> None:
    """The next frame lies in its place, with that one's checksum."""
    other = (frame + 1) % shape.frames
    _write(path, _at(shape, frame), _read(path, _at(shape, other), shape.frame_bytes))
    checksum = _read(path, shape.checksums_offset + 4 * other, 4)
    _write(path, shape.checksums_offset + 4 * frame, checksum)


def wrong_checksum(path: Path, shape: CacheShape, frame: int) -> None:
    """Its checksum rots."""
    at = shape.checksums_offset + 4 * frame
    _write(path, at, bytes([_read(path, at, 1)[0] ^ 1]))


def wrong_state(path: Path, shape: CacheShape, frame: int) -> None:
    """Its state is one that does not exist."""
    _write(path, shape.states_offset + frame, b"\x55")


def truncated(path: Path, shape: CacheShape, frame: int) -> None:
    """The file ends in the frame."""
    os.truncate(path, _at(shape, frame) + shape.frame_bytes // 2)


def emptied(path: Path, shape: CacheShape, frame: int) -> None:
    """Nothing is in the file any more."""
    os.truncate(path, 0)


def unlinked(path: Path, shape: CacheShape, frame: int) -> None:
    """The file has no name any more; who holds it open still has it."""
    path.unlink()


def replaced(path: Path, shape: CacheShape, frame: int) -> None:
    """Another file has taken its name; who holds it open still has the one of before."""
    other = path.with_suffix(".other")
    other.write_bytes(bytes([frame + 1]) * shape.size)
    other.rename(path)


def foreign(path: Path, shape: CacheShape, frame: int) -> None:
    """Another file of the same name and size."""
    path.write_bytes(bytes([frame + 1]) * shape.size)


def older(path: Path, shape: CacheShape, frame: int) -> None:
    """A file of an earlier format."""
    _write(path, 7, b"\x01")


def wrong_header(path: Path, shape: CacheShape, frame: int) -> None:
    """A bit of the header flips: it says another number of rows."""
    _write(path, 12, bytes([_read(path, 12, 1)[0] ^ 1]))


def state_absent(path: Path, shape: CacheShape, frame: int) -> None:
    """Its state is that of a frame that never came."""
    _write(path, shape.states_offset + frame, b"\x00")


def state_failed(path: Path, shape: CacheShape, frame: int) -> None:
    """Its state is that of a frame that could not be read."""
    _write(path, shape.states_offset + frame, b"\x02")


def all_zeroed(path: Path, shape: CacheShape, frame: int) -> None:
    """Nothing but zeros, in a file as long as it was."""
    _write(path, 0, bytes(shape.size))


def states_zeroed(path: Path, shape: CacheShape, frame: int) -> None:
    """The page with the states is lost: no frame is said to be there."""
    _write(path, shape.states_offset, bytes(shape.frames))


def checksums_zeroed(path: Path, shape: CacheShape, frame: int) -> None:
    """The page with the checksums is lost."""
    _write(path, shape.checksums_offset, bytes(4 * shape.frames))


def header_zeroed(path: Path, shape: CacheShape, frame: int) -> None:
    """The first page is lost."""
    _write(path, 0, bytes(shape.states_offset))


def states_random(path: Path, shape: CacheShape, frame: int) -> None:
    """The states are anything: absent, present, failed, or what does not exist."""
    _write(path, shape.states_offset, random.Random(frame).randbytes(shape.frames))


def states_shuffled(path: Path, shape: CacheShape, frame: int) -> None:
    """The states are others that do exist."""
    _write(path, shape.states_offset, bytes((frame + k) % 3 for k in range(shape.frames)))


FRAME_DAMAGES: tuple[Damage, ...] = (
    zeroed, zeroed_with_checksum, flipped_bit, swapped, wrong_checksum, wrong_state,
)  # fmt: skip
STATE_DAMAGES: tuple[Damage, ...] = (state_absent, state_failed)
"""Only who knows that the frame was there sees these."""
FILE_DAMAGES: tuple[Damage, ...] = (
    truncated, emptied, foreign, older, wrong_header, all_zeroed, states_zeroed, checksums_zeroed, header_zeroed,
    states_random, states_shuffled,
)  # fmt: skip
NAME_DAMAGES: tuple[Damage, ...] = (unlinked, replaced)
"""Of the name alone: the file that is held stays as it is."""
