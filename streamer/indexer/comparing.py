"""Comparing the pixels of files that share UID and header, so that what only looks like a copy is shown. Kept in the index."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from streamer.dicom import archive_path
from streamer.dicom.faults import BadFile, NotDicom
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.index import Index
from streamer.dicom.pixel_digest import pixel_digest
from streamer.dicom.same_instance import alike

_BATCH = 32


def compared(
    index: Index, root: Path, entries: Sequence[FileEntry], goes_on: Callable[[], bool]
) -> tuple[list[FileEntry], int]:
    """The entries with the digests that they need, and how many files could not be compared. Stops when `goes_on` is False."""
    wanted = [
        entry
        for group in alike(entries)
        for entry in group
        if not entry.digest and entry.header.pixels is not None
    ]
    known: dict[str, str] = {}
    batch: list[tuple[FileEntry, str]] = []
    for entry in wanted:
        if not goes_on():
            break
        try:
            digest = pixel_digest(archive_path.on_disk(root, entry.path))
        except (OSError, BadFile, NotDicom):
            continue
        known[entry.path] = digest
        batch.append((entry, digest))
        if len(batch) >= _BATCH:
            index.note_digests(batch)
            batch = []
    index.note_digests(batch)
    with_digests = [replace(entry, digest=known.get(entry.path, entry.digest)) for entry in entries]
    return with_digests, len(wanted) - len(known)


def within(seconds: float) -> Callable[[], bool]:
    """Goes on for so long."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end
