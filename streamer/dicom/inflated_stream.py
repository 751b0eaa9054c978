"""The inside of a deflated file (PS3.5 A.5), inflated as it is read: in memory there is never more than is asked for."""

from __future__ import annotations

import io
import zlib
from typing import Any, BinaryIO

from streamer.dicom.faults import BadFile
from streamer.dicom.limits import DEFLATED_BYTES

_CHUNK_BYTES = 1 << 16


class InflatedStream(io.RawIOBase):
    """Reads forward; to go back it begins anew. Closing it leaves `file` open.

    What it raises: BadFile where there is more than DEFLATED_BYTES, zlib.error where the data is damaged.
    """

    name = ""
    """Whoever asks for the name of a file is told none: this one lies nowhere."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        """`start` is where the deflated bytes begin in `file`."""
        self._file = file
        self._start = start
        self._begin()

    def _begin(self) -> None:
        self._read_to = self._start
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Of the inflated bytes."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """As much as there is at once; 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self._next(min(len(view), _CHUNK_BYTES)) if len(view) else b""
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """To a place among the inflated bytes, or to their end; further is the end."""
        if whence == io.SEEK_END:
            while self._next(_CHUNK_BYTES):
                pass
            return self.seek(self._at + offset) if offset else self._at
        target = offset if whence == io.SEEK_SET else self._at + offset
        if target < self._at:
            self._begin()
        while self._at < target and self._next(min(target - self._at, _CHUNK_BYTES)):
            pass
        return self._at

    def _next(self, most: int) -> bytes:
        while not self._inflater.eof:
            chunk = self._inflater.unconsumed_tail
            if not chunk:
                self._file.seek(self._read_to)
                chunk = self._file.read(_CHUNK_BYTES)
                self._read_to += len(chunk)
            data = self._inflater.decompress(chunk, most)
            self._at += len(data)
            if self._at > DEFLATED_BYTES:
                raise BadFile(f"A deflated file grows beyond {DEFLATED_BYTES >> 30} GB and was not read.")
            if data or not chunk:
                return data
        return b""
