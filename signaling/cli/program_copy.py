"""The copy of Farview's own files that a lasting program runs from, so that an update of the checkout changes nothing of it.

A running server reads its page, and a running host starts its children, long after both were started: taken from a checkout
that has been updated meanwhile, half would be of one version and half of another. Each copy is named by a hash of its files
and stays for the next start. Python and the packages in its environment are not copied (docs/operations.md, "Upgrade").
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

LASTING = ("serve", "signaling", "host")
"""The commands that run until they are stopped."""
COPY_VARIABLE = "FARVIEW_PROGRAM"
_PARTS = ("signaling", "streamer", "web")
_MAKING = ".making-"
_NAME_LENGTH = 16


def from_copy(root: Path, folders: tuple[Path, ...], environment: Mapping[str, str]) -> dict[str, str] | None:
    """The environment in which Python takes Farview from a copy of `root`; None where this program runs from one already.

    The copy is kept from being cleared away as long as this process, or the program that it becomes, lives.

    Args:
        root: the folder that holds the packages and web/.
        folders: where copies may lie, the first that can be used.
        environment: of this process.

    Raises:
        OSError: no copy can be made in any of the folders.
    """
    if environment.get(COPY_VARIABLE) == str(root):
        return None
    problem: OSError | None = None
    for folder in folders:
        try:
            copy = _copied(root, folder)
        except OSError as error:
            problem = problem or error
            continue
        path = [str(copy), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
        # Python must not look into the folder in which the program was started: that may be the checkout.
        return {
            **environment,
            COPY_VARIABLE: str(copy),
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONSAFEPATH": "1",
        }
    raise problem or FileNotFoundError("no folder for a copy was given")


def usual_folders(cache: Path) -> tuple[Path, ...]:
    """Where copies lie: in the user's cache or, where that can't be written, beside what is temporary."""
    return cache / "program", Path(tempfile.gettempdir()) / f"farview-{os.getuid()}" / "program"


def _copied(root: Path, folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for mine in (folder.parent, folder):
        _check_owner(mine)
    folder.chmod(0o700)
    name = _digest(root)
    copy = folder / name
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # What a power cut left of an earlier copy has another hash.
        if not copy.is_dir() or _digest(copy) != name:
            shutil.rmtree(copy, ignore_errors=True)
            making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder))
            for relative in _files(root, compiled=True):
                (making / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / relative, making / relative)
            if _digest(making) != name:
                raise OSError("the files changed while they were copied")
            making.rename(copy)
        _hold(copy)
        _clear(folder, copy)
    return copy


def _check_owner(folder: Path) -> None:
    """A folder in /tmp may have been made by somebody else, who would then say what we run."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")


def _hold(copy: Path) -> None:
    """The descriptor stays open over exec and is never closed; children that we start do not get it."""
    held = os.open(copy, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_SH)
    os.set_inheritable(held, True)


def _clear(folder: Path, kept: Path) -> None:
    """Copies of earlier versions that nobody runs from."""
    for other in folder.iterdir():
        if other == kept or not other.is_dir():
            continue
        held = os.open(other, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(other, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(held)


def _digest(root: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for relative in _files(root):
        data = (root / relative).read_bytes()
        digest.update(f"{relative}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:_NAME_LENGTH]


def _files(root: Path, *, compiled: bool = False) -> Iterator[Path]:
    """The program's files, relative to `root`, in order; with what Python compiled of them, which saves it the time."""
    for part in _PARTS:
        for folder, inner, names in os.walk(root / part):
            inner[:] = sorted(
                each for each in inner if not each.startswith(".") and (compiled or each != "__pycache__")
            )
            for name in sorted(names):
                path = Path(folder, name)
                if not name.startswith(".") and path.is_file() and not path.is_symlink():
                    yield path.relative_to(root)
