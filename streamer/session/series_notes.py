"""What is kept beside a cache file, sealed with a checksum: notes that rotted are not believed."""

from __future__ import annotations

import zlib
from pathlib import Path

import msgspec

from streamer.ipc.volume_cache import CacheFault
from streamer.viewer.context import Statistics
from streamer.viewer.stack import Stack


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept beside a complete cache file."""

    reduced: Stack | None
    statistics: Statistics | None
    thumbnail: bytes
    noticed: dict[int, tuple[str, ...]] = {}


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The notes as they lie on the disk; `checksum` is the CRC-32 of their bytes, begun with the cache file's seed."""

    checksum: int
    notes: msgspec.Raw


def notes_of(cache_path: Path) -> Path:
    """Where the notes on a cache file are."""
    return cache_path.with_suffix(".json")


def read_notes(path: Path, seed: int) -> Notes:
    """The notes beside a cache file whose checksums begin with `seed`.

    Raises:
        CacheFault: they are damaged, or of another file.
        OSError: they can't be read.
    """
    try:
        sealed = msgspec.json.decode(path.read_bytes(), type=_Sealed)
        if zlib.crc32(bytes(sealed.notes), seed) == sealed.checksum:
            return msgspec.json.decode(sealed.notes, type=Notes)
    except msgspec.DecodeError:
        pass
    raise CacheFault("The notes beside the cache file are damaged.")


def write_notes(path: Path, seed: int, notes: Notes) -> None:
    """Keeps them."""
    raw = msgspec.json.encode(notes)
    sealed = _Sealed(checksum=zlib.crc32(raw, seed), notes=msgspec.Raw(raw))
    path.write_bytes(msgspec.json.encode(sealed))
