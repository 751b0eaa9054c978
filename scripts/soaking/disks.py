"""Folders of a run that can go away or fill: on mounts of the run's own, which nobody else sees and which end with it."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_BLOCK = 1 << 20
_PAGE = 4096
BALLAST = "ballast"


def own_mounts() -> bool:
    """Gives this process, and what it starts from now on, mounts of its own; False where that is not allowed.

    To be called before there are threads: another one would keep the old ones.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS) != 0:
        return False
    return _try("mount", "--make-rprivate", "/")


class Share:
    """A folder with the files of `source` that can be taken away, as a share on the network, and brought back.

    With `mounts` it is a bind mount, taken away lazily, as with `umount -l`: who has a file open keeps it. Else it holds
    hard links, and is renamed.
    """

    def __init__(self, source: Path, folder: Path, *, mounts: bool) -> None:
        self.folder = folder
        self._source = source.resolve()
        self._mounts = mounts
        self._away = folder.with_name(f"{folder.name}.away")
        self.is_away = True

    def come_back(self) -> None:
        """It is there (again).

        Raises:
            CalledProcessError: it can't be mounted.
        """
        if self._mounts:
            self.folder.mkdir(exist_ok=True)
            _run("mount", "--bind", str(self._source), str(self.folder))
            # Nothing that clears up this run may ever reach the files themselves.
            _run("mount", "-o", "remount,bind,ro", str(self.folder))
        elif self._away.is_dir():
            self._away.rename(self.folder)
        else:
            shutil.copytree(self._source, self.folder, copy_function=os.link)
        self.is_away = False

    def go(self) -> None:
        """It is gone: an empty folder where it was mounted, else none."""
        if self._mounts:
            _run("umount", "-l", str(self.folder))
        else:
            self.folder.rename(self._away)
        self.is_away = True


class SmallDisk:
    """A disk of so many megabytes, in memory, mounted on `folder`."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes

    def mount(self) -> None:
        """It is there, empty.

        Raises:
            CalledProcessError: it can't be mounted.
        """
        self.folder.mkdir(exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m,mode=0700", "tmpfs", str(self.folder))

    def unmount(self) -> None:
        """It is gone, and what it held."""
        _run("umount", "-l", str(self.folder))

    def fill(self) -> None:
        """Nothing is free any more."""
        with (self.folder / BALLAST).open("ab", buffering=0) as file:
            for block in (_BLOCK, _PAGE):
                _write_until_full(file.fileno(), bytes(block))

    def free(self) -> None:
        """What was filled is free again."""
        (self.folder / BALLAST).unlink(missing_ok=True)


@contextmanager
def mounted(*disks: SmallDisk) -> Iterator[None]:
    """The disks are there while the block runs."""
    there: list[SmallDisk] = []
    try:
        for disk in disks:
            disk.mount()
            there.append(disk)
        yield
    finally:
        for disk in reversed(there):
            disk.unmount()


@contextmanager
def shared(*shares: Share) -> Iterator[None]:
    """The shares are there while the block runs."""
    try:
        for share in shares:
            share.come_back()
        yield
    finally:
        for share in shares:
            if not share.is_away:
                share.go()


def _write_until_full(file: int, block: bytes) -> None:
    try:
        while os.write(file, block) == len(block):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)


def _try(*command: str) -> bool:
    try:
        _run(*command)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
