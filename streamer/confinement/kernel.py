"""Calls to Linux for which Python has no name. Each raises OSError with the kernel's reason."""

from __future__ import annotations

import ctypes
import os
import resource

_LIBC = ctypes.CDLL(None, use_errno=True)
_SET_DUMPABLE, _DROP_FROM_BOUNDING_SET, _SET_NO_NEW_PRIVILEGES, _AMBIENT = 4, 24, 38, 47
_CLEAR_ALL = 4
_CAPABILITIES_3 = 0x20080522
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
READ_ALL_FILES = 1 << 2
"""CAP_DAC_READ_SEARCH, as a set: the right, mostly root's, to read what other users keep for themselves."""
WRITE_ALL_FILES = 1 << 1
"""CAP_DAC_OVERRIDE, as a set."""


def call(number: int, *arguments: object) -> int:
    """A system call; integers go as the kernel's long, everything else as ctypes takes it."""
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(int(_LIBC.syscall(ctypes.c_long(number), *words)))


def _prctl(option: int, *arguments: int) -> None:
    padded = (*arguments, 0, 0, 0, 0)[:4]
    _checked(int(_LIBC.prctl(option, *(ctypes.c_ulong(each) for each in padded))))


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def gain_nothing_by_exec() -> None:
    """No program that this one becomes or starts gets more rights than it has (no_new_privs)."""
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)


def be_unreadable() -> None:
    """No core dump, and memory and environment in /proc are nobody's but those of root with all capabilities.

    /proc/self/oom_score_adj and the maps of a user namespace can't be written any more: that comes before.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    _prctl(_SET_DUMPABLE, 0)


def capabilities() -> int:
    """The set of those in effect."""
    return _read_capabilities()[0]


def _read_capabilities() -> tuple[int, int]:
    """Effective and permitted ones."""
    held = (ctypes.c_uint32 * 6)()  # twice: effective, permitted, inheritable
    _checked(int(_LIBC.capget(_header(), held)))
    return held[0] | held[3] << 32, held[1] | held[4] << 32


def _header() -> ctypes.Array[ctypes.c_uint32]:
    return (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)


def drop_capabilities(keep: int = 0) -> None:
    """All but those of the set `keep`, of which it holds no more than before.

    The bounding set is emptied where that is allowed: without CAP_SETPCAP nothing can be gained by it, either.
    """
    for number in range(64):
        if not keep >> number & 1:
            try:
                _prctl(_DROP_FROM_BOUNDING_SET, number)
            except OSError:
                break  # the last one is behind us, or the right to do so is not ours
    _prctl(_AMBIENT, _CLEAR_ALL)
    kept = _read_capabilities()[1] & keep
    low, high = kept & 0xFFFFFFFF, kept >> 32
    wanted = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    _checked(int(_LIBC.capset(_header(), wanted)))


def leave_the_network(*, by_user_namespace: bool) -> None:
    """Goes into a network namespace of its own, which has no interface that is up. Only while there is one thread.

    Without root's rights that takes a user namespace, in which rights to files of other users are of no effect.
    """
    try:
        _checked(int(_LIBC.unshare(_NEW_NETWORK)))
        return
    except PermissionError:
        if not by_user_namespace:
            raise
        user, group = os.geteuid(), os.getegid()
    _checked(int(_LIBC.unshare(_NEW_USER | _NEW_NETWORK)))
    # It is still the same user, by the same number.
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{file}", "w", encoding="ascii") as opened:
            opened.write(line)


def be_ended_before_the_starter(more: int) -> None:
    """Where memory is short the kernel ends this program before those with a lower oom_score_adj."""
    with open("/proc/self/oom_score_adj", "r+", encoding="ascii") as file:
        value = min(1000, int(file.read()) + more)
        file.seek(0)
        file.write(str(value))
