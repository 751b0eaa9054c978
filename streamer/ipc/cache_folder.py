"""Where cache files lie, and which go when there are too many bytes of them. One folder per tenant; nothing crosses it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

SUFFIX = ".pixels"
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def cache_path(
    folder: Path, tenant: str, archive: str, stack_key: str, version: str, *, reduced: bool = False
) -> Path:
    """The path of a stack's cache file; it tells nothing about the patient.

    Raises:
        ValueError: the tenant's id is no file name.
    """
    if not _TENANT.fullmatch(tenant):
        raise ValueError(f"{tenant!r} can't be a tenant's id: letters, digits, _ and - are allowed.")
    digest = hashlib.sha256("\0".join((archive, stack_key, version)).encode()).hexdigest()[:40]
    return folder / tenant / f"{digest}{'-reduced' if reduced else ''}{SUFFIX}"


def touch(path: Path) -> None:
    """Notes that a cache file is in use, so that others go first."""
    with suppress(FileNotFoundError):
        os.utime(path)


def evict(folder: Path, tenant: str, cap_bytes: int, keep: Collection[Path] = ()) -> tuple[Path, ...]:
    """Unlinks a tenant's longest unused cache files until the rest is within the cap; what was unlinked.

    Files in `keep` stay. Mapped files stay readable for who has them mapped; their bytes are freed when the last one lets go.
    """
    files: list[tuple[float, int, Path]] = []
    with suppress(FileNotFoundError):
        for path in (folder / tenant).iterdir():
            with suppress(FileNotFoundError):
                status = path.stat()
                files.append((status.st_mtime, status.st_blocks * 512, path))
    total = sum(size for _, size, _ in files)
    gone: list[Path] = []
    for _, size, path in sorted(files):
        if total <= cap_bytes:
            break
        if path in keep or path.suffix != SUFFIX:
            continue
        with suppress(FileNotFoundError):
            path.unlink()
        total -= size
        gone.append(path)
    return tuple(gone)
