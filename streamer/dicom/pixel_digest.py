"""A digest of a file's pixels as they are stored: whether two files that say the same of themselves hold the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from streamer.dicom.dataset_file import open_dataset

_CHUNK_BYTES = 1 << 20
_SYNTAX = 0x00020010


def pixel_digest(path: Path) -> str:
    """32 hex digits of SHA-256 of the value of PixelData, with its fragments' items where it is encapsulated.

    Raises:
        BadFile, NotDicom: it can't be read.
    """
    opened = open_dataset(path, (_SYNTAX,))
    try:
        digest = hashlib.sha256()
        opened.stream.seek(opened.pixel_offset)
        left = opened.pixel_length if opened.pixel_length >= 0 else opened.stream_size
        while left > 0 and (chunk := opened.stream.read(min(left, _CHUNK_BYTES))):
            digest.update(chunk)
            left -= len(chunk)
        return digest.hexdigest()[:32]
    finally:
        opened.close()
