"""A sample of an archive's images, by which two hosts that reach one folder know that they do. It names no patient."""

from __future__ import annotations

import hashlib
import heapq
from pathlib import Path

from signaling.protocol.limits import SAMPLE_IMAGES
from streamer.dicom import archive_path
from streamer.dicom.index import Index

READ_BYTES = 64 * 1024
MOST_COPIES = 8
"""Files of one UID that are read: where there are more, those whose paths come first."""
_DIGITS = 32

Sample = tuple[tuple[str, str], ...]


def sample_of(index: Index, root: Path) -> Sample:
    """The images whose UIDs have the smallest digests: the same ones by whatever index, in order.

    An image that can't be read now is left out. Of several files with one UID the smallest digest counts, wherever they lie.
    """
    chosen = heapq.nsmallest(SAMPLE_IMAGES, ((_digest(uid.encode()), uid) for uid in index.instances()))
    paths = index.paths_of(uid for _, uid in chosen)
    found = []
    for digits, uid in chosen:
        contents = [_content(root, path) for path in paths[uid][:MOST_COPIES]]
        known = [content for content in contents if content]
        if known:
            found.append((digits, min(known)))
    return tuple(found)


def _content(root: Path, path: str) -> str:
    """Of a file's size and beginning; empty where it can't be read."""
    try:
        with archive_path.on_disk(root, path).open("rb") as file:
            begin = file.read(READ_BYTES)
            return _digest(f"{file.seek(0, 2)}\0".encode() + begin)
    except OSError:
        return ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]
