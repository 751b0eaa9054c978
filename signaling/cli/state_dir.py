"""The state directory: owned by one running Farview at a time, readable by its user only."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from signaling.auth.sign_in_address import ADDRESS_FILE, SignInAddress
from signaling.errors import CannotStart

_LOCK = "lock"
KEPT_OPEN = (_LOCK, ADDRESS_FILE)
"""What belongs to the Farview that runs, and to no backup."""


class StateDir:
    """A state directory that is ours until left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = SignInAddress(path)
        self._lock = -1

    def __enter__(self) -> Self:
        """Take it.

        Raises:
            CannotStart: it can't be made or written, or another Farview has it.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _close_to_others(self.path)
            self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.address.remove()  # of one that was killed
        except BlockingIOError:
            os.close(self._lock)
            raise CannotStart(
                f"Farview already runs on {self.path}. Its address: farview url. Another one needs its own --state DIR."
            ) from None
        except OSError as error:
            raise CannotStart(
                f"The state directory {self.path} can't be used: {error.strerror}. Choose another with --state DIR."
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.address.remove()
        os.close(self._lock)


def _close_to_others(folder: Path) -> None:
    """Views, marks and the audit trail lie in it; a folder that was made for us by others is often open to all."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        try:
            folder.chmod(mode & 0o700)
            print(f"{folder} was open to others on this machine; it no longer is.", file=sys.stderr)
        except OSError:
            print(f"Warning: others on this machine may read {folder}: chmod 700 it.", file=sys.stderr)
    for file in folder.glob("farview.db*"):
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            file.chmod(0o600)


def running_url(path: Path, *, new: bool = False) -> str:
    """The address of the Farview that runs on `path`; with `new` it has another token, and the one before is over.

    Raises:
        CannotStart: none does, or `new` is asked for by another user than the one who runs it.
    """
    not_running = CannotStart(
        f"No Farview runs on {path}. Start it with farview serve, or name its --state DIR."
    )
    try:
        with (path / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        raise not_running
    except BlockingIOError:
        pass
    except OSError:
        raise not_running from None
    address = SignInAddress(path)
    return address.renew() if new else address.whole()
