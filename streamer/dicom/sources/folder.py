"""A folder of DICOM files as an archive: found by walking it, read only, never written."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from streamer.dicom.index import FileStatus

MOST_FILES = 2_000_000
DEEPEST = 64
YOUNG_SECONDS = 90.0
"""A file changed so lately may still be being written, and is looked at again."""


class SourceFault(Exception):
    """The folder can't be read; the message is a sentence."""


@dataclass
class Walk:
    """One look over the folder. `problems` are sentences; `complete` is False when it gave up before the end."""

    files: dict[str, FileStatus] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Folders (relative, ending in a slash) whose files are unknown, and which therefore have not vanished."""
    complete: bool = True


class FolderSource:
    """Walks a folder, cheaply where nothing has changed: an unchanged folder's names are remembered."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[str, tuple[int, list[str], list[str]]] = {}
        self._statuses: dict[str, FileStatus] = {}

    def check(self) -> None:
        """Raises SourceFault when the folder itself can't be read."""
        try:
            if not stat.S_ISDIR(self.root.stat().st_mode):
                raise SourceFault("The archive's folder is a file. Name the folder that holds the images.")
            os.scandir(self.root).close()
        except OSError as error:
            raise SourceFault(
                f"The archive's folder can't be read: {error.strerror}. Check its path and rights."
            ) from None

    def walk(self, *, every_file: bool = True) -> Walk:
        """All files. With `every_file` False only those of changed folders and the young ones are looked at again.

        Raises:
            SourceFault: the folder itself can't be read.
        """
        self.check()
        found = Walk()
        seen: set[tuple[int, int]] = set()
        young = time.time_ns() - int(YOUNG_SECONDS * 1e9)
        waiting: list[tuple[str, int]] = [("", 0)]
        remembered: dict[str, tuple[int, list[str], list[str]]] = {}
        while waiting:
            prefix, depth = waiting.pop()
            try:
                names = self._list(prefix, seen, remembered)
            except OSError:
                found.problems.append("A folder of the archive can't be read; its images are not listed.")
                found.unreadable.append(prefix)
                continue
            if names is None:
                continue
            if depth < DEEPEST:
                waiting.extend((f"{prefix}{name}/", depth + 1) for name in reversed(names.folders))
            for status in self._look(prefix, names, young, every_file=every_file):
                found.files[status.path] = status
            if len(found.files) >= MOST_FILES:
                found.problems.append(
                    f"The archive holds more than {MOST_FILES} files; the rest is not listed."
                )
                found.complete = False
                break
        self._names, self._statuses = remembered, found.files
        return found

    def _list(
        self, prefix: str, seen: set[tuple[int, int]], remembered: dict[str, tuple[int, list[str], list[str]]]
    ) -> _Names | None:
        """The names in a folder; None where it was seen already (a loop of links)."""
        path = self.root / prefix
        status = path.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return None
        seen.add(identity)
        known = self._names.get(prefix)
        changed = known is None or known[0] != status.st_mtime_ns
        if known is None or changed or time.time_ns() - status.st_mtime_ns < 2_000_000_000:
            folders: list[str] = []
            files: list[str] = []
            with os.scandir(path) as entries:
                for entry in entries:
                    if _is_listed(entry.name):
                        (folders if _is_folder(entry) else files).append(entry.name)
            known, changed = (status.st_mtime_ns, sorted(folders), sorted(files)), True
        remembered[prefix] = known
        return _Names(known[1], known[2], changed)

    def _look(self, prefix: str, names: _Names, young: int, *, every_file: bool) -> Iterator[FileStatus]:
        for name in names.files:
            path = prefix + name
            before = self._statuses.get(path)
            if before is not None and not every_file and not names.changed and before.mtime_ns < young:
                yield before
                continue
            status = self.status(path)
            if status is not None:
                yield status

    def status(self, path: str) -> FileStatus | None:
        """A file's size and time now; None when it has vanished or is no file."""
        try:
            status = os.stat(self.root / path)
        except OSError:
            return None
        return FileStatus(path, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


@dataclass(frozen=True, slots=True)
class _Names:
    folders: list[str]
    files: list[str]
    changed: bool


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Also behind a link; a link that leads to itself is nothing."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_listed(name: str) -> bool:
    """Hidden names are files on their way; names that are no UTF-8 can't be written into the index."""
    try:
        return bool(name.encode()) and not name.startswith(".")
    except UnicodeEncodeError:
        return False
