"""A folder of DICOM files as an archive: found by walking it, read only, never written.

What can't be looked at is not known to be gone: it is named in `Walk.unknown`. All paths here are text (archive_path).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from streamer.dicom import archive_path
from streamer.dicom.index import FileStatus

MOST_FILES = 2_000_000
DEEPEST = 64
YOUNG_SECONDS = 90.0
"""A file changed so lately may still be being written, and is looked at again."""
_Remembered = tuple[tuple[int, int, int], list[str], list[str]]
"""A folder's device, inode and time, and the names of folders and files in it."""
_NOT_LISTED = "of the archive can't be read; what is in it is not known."


class SourceFault(Exception):
    """The archive can't be asked; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was seen: which one it is, and whether anything that is listed lies in it."""

    device: int
    inode: int
    empty: bool

    @property
    def identity(self) -> tuple[int, int]:
        """Another one under the same name is another folder: a share that is not mounted, say."""
        return self.device, self.inode


@dataclass
class Walk:
    """One look over the folder. `problems` are sentences; `complete` is False when it gave up before the end."""

    files: dict[str, FileStatus] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Files and (ending in a slash) folders that could not be looked at: what is there has not vanished."""
    folders: dict[str, FolderState] = field(default_factory=dict)
    """Every folder seen, by path and a slash; the archive's own is empty text."""
    complete: bool = True


class FolderSource:
    """Walks a folder, cheaply where nothing has changed: an unchanged folder's names are remembered."""

    def __init__(
        self,
        root: Path,
        tick: Callable[[], None] = lambda: None,
        on_link: Callable[[str], None] | None = None,
    ) -> None:
        """`tick` is called at every step of a walk: while it is not, the disk does not answer.

        `on_link` is called with each link that a walk meets in a folder it had not seen like that.
        """
        self.root = root
        self._tick = tick
        self._on_link = on_link
        self._names: dict[str, _Remembered] = {}
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

    def walk(self, *, every_file: bool = True, named: Collection[str] = ()) -> Walk:
        """All files. With `every_file` False only the young ones and those of changed folders are looked at again.

        `named` are folders (as in Walk.folders) that are known to have changed.

        Raises:
            SourceFault: the folder itself can't be read.
        """
        self.check()
        found = Walk()
        seen: set[tuple[int, int]] = set()
        young = time.time_ns() - int(YOUNG_SECONDS * 1e9)
        waiting: list[tuple[str, int]] = [("", 0)]
        remembered: dict[str, _Remembered] = {}
        unreadable, too_deep = 0, False
        while waiting:
            prefix, depth = waiting.pop()
            self._tick()
            try:
                if prefix in named:
                    self._names.pop(prefix, None)
                names = self._list(prefix, seen, remembered, found)
            except OSError:
                unreadable += 1
                found.unknown.append(prefix)
                continue
            if names is None:
                continue
            if depth >= DEEPEST and names.folders:
                too_deep = True
            else:
                waiting.extend((f"{prefix}{name}/", depth + 1) for name in reversed(names.folders))
            for status in self._look(prefix, names, young, found.unknown, every_file=every_file):
                found.files[status.path] = status
            if len(found.files) >= MOST_FILES:
                found.problems.append(
                    f"The archive holds more than {MOST_FILES} files; the rest is not listed."
                )
                found.complete = False
                break
        if too_deep:
            found.problems.append(
                f"Folders more than {DEEPEST} deep are not looked at; what is in them is not listed."
            )
        if unreadable:
            found.problems.insert(
                0, f"{'A folder' if unreadable == 1 else f'{unreadable} folders'} {_NOT_LISTED}"
            )
        self._names, self._statuses = remembered, found.files
        return found

    def _list(
        self,
        prefix: str,
        seen: set[tuple[int, int]],
        remembered: dict[str, _Remembered],
        found: Walk,
    ) -> _Names | None:
        """The names in a folder; None where it was seen already (a loop of links)."""
        path = archive_path.on_disk(self.root, prefix)
        status = path.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return None
        seen.add(identity)
        known = self._names.get(prefix)
        # Another folder under the same name may well have the same time: an empty mount point, say.
        now = (*identity, status.st_mtime_ns)
        changed = known is None or known[0] != now
        if known is None or changed or time.time_ns() - status.st_mtime_ns < 2_000_000_000:
            folders: list[str] = []
            files: list[str] = []
            with os.scandir(path) as entries:
                for entry in entries:
                    if _is_listed(entry.name):
                        name = archive_path.to_text(entry.name)
                        (folders if _is_folder(entry) else files).append(name)
                        if self._on_link is not None and entry.is_symlink():
                            self._on_link(prefix + name)
            known, changed = (now, sorted(folders), sorted(files)), True
        remembered[prefix] = known
        found.folders[prefix] = FolderState(*identity, empty=not known[1] and not known[2])
        return _Names(known[1], known[2], changed)

    def _look(
        self, prefix: str, names: _Names, young: int, unknown: list[str], *, every_file: bool
    ) -> Iterator[FileStatus]:
        for name in names.files:
            path = prefix + name
            before = self._statuses.get(path)
            if before is not None and not every_file and not names.changed and before.mtime_ns < young:
                yield before
                continue
            self._tick()
            try:
                status = self.status(path)
            except OSError:
                unknown += [path, f"{path}/"]  # It may be a link to a folder, too.
                continue
            if status is not None:
                yield status

    def status(self, path: str) -> FileStatus | None:
        """A file's size and time now; None when it has vanished or is no file.

        Raises:
            OSError: it can't be looked at, and may be there; also a link whose other end is away.
        """
        where = archive_path.on_disk(self.root, path)
        try:
            status = os.stat(where)
        except (FileNotFoundError, NotADirectoryError):
            if self._lies_behind_a_broken_link(where):
                raise
            return None
        return FileStatus(path, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

    def _lies_behind_a_broken_link(self, path: Path) -> bool:
        inside = [path, *path.parents]
        inside = inside[: inside.index(self.root)] if self.root in inside else inside[:1]
        return any(step.is_symlink() and not step.exists() for step in inside)

    def state(self, prefix: str) -> FolderState | None:
        """A folder as it is now; None where it can't be looked at."""
        path = archive_path.on_disk(self.root, prefix)
        try:
            status = path.stat()
            with os.scandir(path) as entries:
                empty = not any(_is_listed(entry.name) for entry in entries)
        except OSError:
            return None
        return FolderState(status.st_dev, status.st_ino, empty)

    def glance(self, prefixes: Iterable[str]) -> tuple[FolderState | None, ...]:
        """What a look would find changed most of all: the archive's folder, and others where disks begin."""
        return tuple(self.state(prefix) for prefix in ("", *prefixes))


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
    """Hidden names are files on their way."""
    return not name.startswith(".")
