"""`farview backup` and `farview restore`: all that must not be lost of a state directory, as one folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from signaling.cli.state_dir import KEPT_OPEN, StateDir
from signaling.errors import CannotStart

_DATABASE = "farview.db"
_DATABASES = {".db", ".sqlite"}
_PARTS_OF_DATABASES = ("-wal", "-shm", "-journal")
_CAN_BE_MADE_AGAIN = {"demo"}
_REPLACED = "replaced-"


def back_up(state: Path, to: Path) -> str:
    """Copies `state`, in use or not, to the new folder `to`; what was done, as a sentence.

    Databases are copied as of one moment (https://www.sqlite.org/backup.html).

    Raises:
        CannotStart: there is nothing to back up, or it can't be read or written.
    """
    if not (state / _DATABASE).is_file():
        raise CannotStart(f"{state} holds no {_DATABASE}: there is nothing to back up. Name its --state DIR.")
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise CannotStart(f"{to} is there already. Give a new folder: an earlier backup is not overwritten.")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".backup-", dir=to.parent))
        try:
            count = _copy(state, making)
            making.rename(to)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
    except (OSError, sqlite3.Error) as error:
        raise CannotStart(f"{state} can't be backed up to {to}: {_why(error)}.") from None
    return f"{to} has {count} files of {state}. Keep it as safe as the original: it holds patient data."


def restore(state: Path, source: Path) -> str:
    """Puts a backup in the place of what is in `state`, which is set aside in it; what was done, as a sentence.

    Raises:
        CannotStart: a Farview runs on `state`, the backup is none or is damaged, or it can't be read or written.
    """
    _check(source)
    with StateDir(state):
        coming = state / ".restoring"
        aside = state / f"{_REPLACED}{time.strftime('%Y%m%d-%H%M%S')}"
        try:
            shutil.rmtree(coming, ignore_errors=True)
            coming.mkdir(mode=0o700)
            count = _copy(source, coming)
            before = [each for each in state.iterdir() if _is_replaced(each)]
            if before:
                aside.mkdir(mode=0o700)
            for each in before:
                each.rename(aside / each.name)
            for each in coming.iterdir():
                each.rename(state / each.name)
            coming.rmdir()
        except (OSError, sqlite3.Error) as error:
            raise CannotStart(
                f"{source} can't be restored to {state}: {_why(error)}. What was there is in {aside}."
                if aside.exists()
                else f"{source} can't be restored to {state}: {_why(error)}. Nothing was changed."
            ) from None
    kept = f" What was there before is in {aside}." if before else ""
    return f"{state} has the {count} files of {source}.{kept}"


def _check(source: Path) -> None:
    database = source / _DATABASE
    if not database.is_file():
        raise CannotStart(f"{source} is no backup of Farview: it holds no {_DATABASE}.")
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            answer = opened.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        answer = str(error)
    if answer != "ok":
        raise CannotStart(f"{database} is damaged and is not restored. Take another backup.")


def _is_replaced(entry: Path) -> bool:
    mine = {*KEPT_OPEN, *_CAN_BE_MADE_AGAIN, ".restoring"}
    return entry.name not in mine and not entry.name.startswith(_REPLACED)


def _copy(folder: Path, to: Path) -> int:
    """How many files."""
    count = 0
    for relative in _files(folder):
        target = to / relative
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if relative.suffix in _DATABASES:
            _copy_database(folder / relative, target)
        else:
            shutil.copyfile(folder / relative, target)
            target.chmod(0o600)
        count += 1
    return count


def _copy_database(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as opened,
        closing(sqlite3.connect(target)) as copy,
    ):
        opened.backup(copy)
        # By this header a database knows that a write-ahead log beside it is another one's (store/database.py).
        copy.execute("PRAGMA journal_mode=DELETE")


def _files(folder: Path) -> Iterator[Path]:
    """Relative to `folder`; without what belongs to a running program, can be made again or is part of an open database."""
    for parent, inner, names in os.walk(folder):
        if Path(parent) == folder:
            inner[:] = [
                each for each in inner if each not in _CAN_BE_MADE_AGAIN and not each.startswith(_REPLACED)
            ]
        inner[:] = sorted(each for each in inner if not each.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name in KEPT_OPEN or name.startswith(".") or name.endswith(_PARTS_OF_DATABASES):
                continue
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder)


def _why(error: OSError | sqlite3.Error) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
