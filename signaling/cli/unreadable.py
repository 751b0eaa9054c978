"""What the server has in memory, keys and the owner's token among it, is for no other program of the same user."""

from __future__ import annotations

import ctypes
import os
import resource

_SET_DUMPABLE = 4


def be_unreadable() -> None:
    """No core dump, and memory and environment in /proc are closed to all but root.

    Raises:
        OSError: the system refuses.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_DUMPABLE, *(ctypes.c_ulong(0) for _ in range(4))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
