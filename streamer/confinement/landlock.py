"""Landlock: a program limits itself to the files that it names. See landlock(7); it needs no rights, and no_new_privs.

Opening is what is limited; what is open already stays open. A rule is of a folder and all below it, whichever way leads there.
Looking at a file's size, time or link (stat, readlink) is not limited.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from streamer.confinement import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _BENEATH_PATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights to files each version knows."""
_SCOPES_SINCE = 6
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL

_MADE_ANEW = Path("/proc")
"""The kernel forgets the nodes below it when it needs memory, and makes others, which no rule knows: those of rules are held."""
_held: list[int] = []

READ = _EXECUTE | _READ_FILE | _READ_FOLDER
WRITE = READ | _WRITE_FILE | _TRUNCATE | _MAKE_FILE | _MAKE_FOLDER | _REMOVE_FILE | _REMOVE_FOLDER
USE_DEVICE = READ | _WRITE_FILE | _DEVICE_CONTROL


def version() -> int:
    """The kernel's Landlock ABI, 0 where it has none or may not be used."""
    try:
        return kernel.call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def limit_to(rules: Iterable[tuple[Path, int]]) -> int:
    """Limits this thread, and those that it starts, to the paths with their rights, where they are there; the ABI in use.

    Raises:
        OSError: the kernel has no Landlock, or refuses.
    """
    abi = version()
    if abi < 1:
        raise OSError(errno.ENOSYS, "the kernel has no Landlock, or it is switched off")
    handled = (1 << _RIGHTS_OF_VERSION.get(abi, 16)) - 1
    scoped = _ABSTRACT_SOCKETS_AND_SIGNALS if abi >= _SCOPES_SINCE else 0
    attributes = struct.pack("<QQQ", handled, 0, scoped)
    ruleset = kernel.call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, rights in rules:
            _allow(ruleset, path, rights & handled)
        kernel.call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("<Qi", rights, descriptor)
        kernel.call(_ADD_RULE, ruleset, _BENEATH_PATH, ctypes.c_char_p(rule), 0)
    except BaseException:
        os.close(descriptor)
        raise
    if _MADE_ANEW in path.parents:
        _held.append(descriptor)
    else:
        os.close(descriptor)


def read_only(paths: Iterable[str | Path]) -> Iterator[tuple[Path, int]]:
    """Rules to read these."""
    return ((Path(path), READ) for path in paths)
