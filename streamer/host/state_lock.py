"""One host at a time on a state folder: two would write each other's indexes and sign with one key."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from streamer.errors import FarviewError

_LOCK = "host.lock"


class StateLock:
    """The folder is this process's until the block ends, or the process does, however it ends."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._lock = -1

    def __enter__(self) -> Self:
        """Take it.

        Raises:
            FarviewError: another host has it, or the folder can't be used.
        """
        try:
            self._state.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(self._state / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise FarviewError(
                f"A render host already runs on {self._state}. Another one needs its own --state DIR and its own key."
            ) from None
        except OSError as error:
            raise FarviewError(
                f"The state folder {self._state} can't be used: {error.strerror}. Choose another with --state DIR."
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)
