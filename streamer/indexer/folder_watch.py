"""The kernel's word of what changes in an archive's folders (inotify(7)): costs nothing while nothing does.

It says nothing of what other machines do on a share, and has room for so many folders only: it hastens a look, and replaces none.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection
from pathlib import Path

from streamer.dicom import archive_path

MOST_FOLDERS = 16_384
_CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x8, 0x40, 0x80, 0x100, 0x200
_OVERFLOW, _IGNORED, _ONLY_FOLDERS = 0x4000, 0x8000, 0x1000000
_CHANGES = _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_EVENT = struct.Struct("iIII")
_READ_BYTES = 1 << 16


class FolderWatch:
    """Watches folders of one archive by their paths in it, as in Walk.folders. Where the system has none, it names nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = int(self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._prefixes: dict[int, str] = {}
        self._watches: dict[str, int] = {}

    def follow(self, prefixes: Collection[str]) -> set[str]:
        """Watches these folders and no others; those that were not watched before, in which anything may have happened."""
        if self._descriptor < 0:
            return set()
        for prefix in [prefix for prefix in self._watches if prefix not in prefixes]:
            watch = self._watches.pop(prefix)
            self._prefixes.pop(watch, None)
            self._library.inotify_rm_watch(self._descriptor, watch)
        fresh = set()
        for prefix in prefixes:
            if prefix in self._watches:
                continue
            if len(self._watches) >= MOST_FOLDERS:
                break
            path = os.fsencode(archive_path.on_disk(self._root, prefix))
            watch = int(self._library.inotify_add_watch(self._descriptor, path, _CHANGES | _ONLY_FOLDERS))
            if watch < 0:
                continue  # no room, or gone meanwhile: the next look says
            self._watches[prefix], self._prefixes[watch] = watch, prefix
            fresh.add(prefix)
        return fresh

    def named(self) -> set[str]:
        """The folders in which files or folders came, went or were written since it was asked last."""
        found: set[str] = set()
        while self._descriptor >= 0:
            try:
                events = os.read(self._descriptor, _READ_BYTES)
            except BlockingIOError:
                break
            at = 0
            while at < len(events):
                watch, mask, _, size = _EVENT.unpack_from(events, at)
                name = events[at + _EVENT.size : at + _EVENT.size + size].rstrip(b"\0")
                at += _EVENT.size + size
                if mask & _OVERFLOW:
                    found.update(self._watches)
                elif mask & _IGNORED:
                    self._forget(watch)
                elif watch in self._prefixes and not name.startswith(b"."):
                    found.add(self._prefixes[watch])
        return found

    def _forget(self, watch: int) -> None:
        """The folder is gone; one that takes its name is watched anew."""
        prefix = self._prefixes.pop(watch, None)
        if prefix is not None and self._watches.get(prefix) == watch:
            del self._watches[prefix]

    def close(self) -> None:
        """Watches nothing any more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
