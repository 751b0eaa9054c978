"""Where cache files lie, and which go when there are too many bytes of them. One folder per tenant; nothing crosses it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".pixels"
_OURS = re.compile(r"\.?([0-9a-f]{40})(?:-reduced)?(?:\.pixels(?:\.[0-9a-f]+)?|\.json)\Z")
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
    try:
        os.utime(path)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EROFS, errno.EACCES, errno.EPERM):
            raise  # else nothing can be evicted there either, and what is there is shown


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one stack: the cache file (`path`, which may be missing), its reduced copy, notes, and unfinished files."""

    path: Path
    files: tuple[Path, ...]
    bytes: int
    used_at: float

    def unlink(self) -> None:
        """Takes the names away. Who has a file mapped can read it on; its bytes are freed when the last one lets go.

        Raises:
            OSError: the folder can't be written.
        """
        for file in self.files:
            file.unlink(missing_ok=True)


def kept(folder: Path, tenant: str) -> dict[Path, Kept]:
    """All that is kept for a tenant, by the path of the cache file; files that are nobody's stand for themselves."""
    found: dict[Path, Kept] = {}
    with suppress(FileNotFoundError):
        for file in sorted((folder / tenant).iterdir()):
            with suppress(FileNotFoundError):
                status = file.stat()
                name = _OURS.match(file.name)
                path = file.with_name(name[1] + SUFFIX) if name else file
                before = found.get(path, Kept(path, (), 0, 0.0))
                size, used_at = before.bytes + status.st_blocks * 512, max(before.used_at, status.st_mtime)
                found[path] = Kept(path, (*before.files, file), size, used_at)
    return found


def evict(folder: Path, tenant: str, cap_bytes: int, keep: Collection[Path] = ()) -> tuple[Path, ...]:
    """Unlinks what a tenant used longest ago until the rest is within the cap; the cache files that went.

    Stacks whose cache file is in `keep` stay, and so does what no loader made.
    """
    there = kept(folder, tenant)
    total = sum(one.bytes for one in there.values())
    gone: list[Path] = []
    for one in sorted(there.values(), key=lambda one: one.used_at):
        if total <= cap_bytes:
            break
        if one.path not in keep and one.path.suffix == SUFFIX:
            one.unlink()
            total -= one.bytes
            gone.append(one.path)
    return tuple(gone)
