"""Room in the cache: reserved before a loader begins, made by unlinking, and never more than was configured or is free."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from streamer.ipc import cache_folder

NOTES_BYTES = 1 << 16
"""What is kept beside a cache file, with a thumbnail; more than that is rare."""


class CacheRoom:
    """Every tenant may have `cap_bytes`. A stack is named by the path of its cache file, in the tenant's folder."""

    def __init__(self, folder: Path, cap_bytes: int) -> None:
        self._folder = folder
        self.cap_bytes = cap_bytes
        self._promised: dict[Path, int] = {}

    def reserve(self, path: Path, size: int, keep: Collection[Path]) -> tuple[Path, ...] | None:
        """Promises `size` bytes to a stack until release(); what was unlinked for it, None where there is no room.

        Nothing is unlinked in vain. Stacks in `keep` stay, and so do those that have a promise.

        Raises:
            OSError: the folder can't be read or written.
        """
        gone = self._victims(path, size, keep)
        if gone is None:
            return None
        for one in gone:
            one.unlink()
        self._promised[path] = size
        return tuple(one.path for one in gone)

    def has_room(self, path: Path, size: int, keep: Collection[Path]) -> bool:
        """Whether reserve() would find room if the promises to all but `keep` were gone."""
        return self._victims(path, size, keep, promised=False) is not None

    def release(self, path: Path) -> None:
        """Its loader has ended: what it needs is what it has."""
        self._promised.pop(path, None)

    def trim(self, tenant: str, keep: Collection[Path]) -> tuple[Path, ...]:
        """Unlinks what is over the cap, which may be lower than it was; what was unlinked.

        Raises:
            OSError: the folder can't be read or written.
        """
        return cache_folder.evict(self._folder, tenant, self.cap_bytes, {*keep, *self._promised})

    def used(self, tenant: str) -> int:
        """Bytes that a tenant's stacks have, or were promised."""
        there = cache_folder.kept(self._folder, tenant)
        had = sum(max(one.bytes, self._promised.get(one.path, 0)) for one in there.values())
        coming = (
            size for path, size in self._promised.items() if path.parent.name == tenant and path not in there
        )
        return had + sum(coming)

    def _victims(
        self, path: Path, size: int, keep: Collection[Path], *, promised: bool = True
    ) -> list[cache_folder.Kept] | None:
        tenant = path.parent.name
        there = cache_folder.kept(self._folder, tenant)
        mine = there.pop(path, None)
        stays = {*keep, *self._promised} if promised else set(keep)
        promises = {
            p: size
            for p, size in self._promised.items()
            if p.parent.name == tenant and p != path and (promised or p in stays)
        }
        total = size + sum(max(one.bytes, promises.get(one.path, 0)) for one in there.values())
        total += sum(size for p, size in promises.items() if p not in there)
        actual = sum(one.bytes for one in there.values()) + (mine.bytes if mine is not None else 0)
        limit = min(self.cap_bytes, actual + self._free())
        gone = []
        for one in sorted(there.values(), key=lambda one: one.used_at):
            if total <= limit:
                break
            if one.path not in stays and one.path.suffix == cache_folder.SUFFIX:
                gone.append(one)
                total -= max(one.bytes, promises.get(one.path, 0))
        return gone if total <= limit else None

    def _free(self) -> int:
        status = os.statvfs(self._folder)
        return status.f_bavail * status.f_frsize
