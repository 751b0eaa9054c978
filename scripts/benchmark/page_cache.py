"""Cold files: dropped from the kernel's page cache, and a look whether they truly are; a plain copy to compare with."""

from __future__ import annotations

import ctypes
import mmap
import os
import time
from collections.abc import Sequence
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PAGE = mmap.PAGESIZE


def drop(files: Sequence[Path]) -> None:
    """Asks the kernel to forget their pages; what was not written back yet is written first."""
    for file in files:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def resident_share(files: Sequence[Path]) -> float:
    """What share of their pages lies in memory, 0 to 1 (mincore(2))."""
    resident = pages = 0
    for file in files:
        size = file.stat().st_size
        if size == 0:
            continue
        count = -(-size // _PAGE)
        with (
            file.open("rb") as stream,
            mmap.mmap(
                stream.fileno(), size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE
            ) as mapped,
        ):
            held = (ctypes.c_ubyte * count)()
            view = ctypes.c_char.from_buffer(mapped)
            try:
                failed = _libc.mincore(ctypes.c_void_p(ctypes.addressof(view)), ctypes.c_size_t(size), held)
            finally:
                del view
            if failed:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
            resident += sum(byte & 1 for byte in held)
            pages += count
    return resident / max(1, pages)


def plain_copy(files: Sequence[Path], tail: int, target: Path) -> float:
    """Reads the last `tail` bytes of each file and writes them one after another, as simply as can be; the seconds."""
    started = time.perf_counter()
    out = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(out, 0, tail * len(files))
        for number, file in enumerate(files):
            source = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            try:
                data = os.pread(source, tail, os.fstat(source).st_size - tail)
                os.pwrite(out, data, number * tail)
            finally:
                os.close(source)
    finally:
        os.close(out)
    return time.perf_counter() - started
