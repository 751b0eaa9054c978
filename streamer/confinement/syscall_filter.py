"""A seccomp filter: system calls that no child needs, and by which one could reach a network or another process.

An inherited socket works on; what it forbids is to make one. See seccomp(2), and the kernel's "Seccomp BPF".
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

from streamer.confinement import kernel

_INSTRUCTION = struct.Struct("<HBBI")
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_SET_FILTER, _WITHOUT_SLOW_MITIGATION = 1, 4
_X32 = 0x40000000

# Architecture as audit(7) numbers it; seccomp; tgkill; and what is refused, by number.
_X86_64 = (0xC000003E, 317, 234)
_ARM64 = (0xC00000B7, 277, 131)
_REFUSED = {
    # name: x86-64, arm64
    "socket": (41, 198),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "open_by_handle_at": (304, 265),
    "mount": (165, 40),
    "setns": (308, 268),
    "unshare": (272, 97),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
}
# Whoever tries it without need goes on without: it could make sockets past this filter.
_ABSENT = {"io_uring_setup": (425, 425)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_calls() -> None:
    """Installs the filter, for this thread and those that it starts. It can't be taken back. Needs no_new_privs.

    Raises:
        OSError: the kernel has none, or this kind of machine has no table here.
    """
    machine = os.uname().machine
    if machine not in ("x86_64", "aarch64"):
        raise OSError(errno.ENOSYS, f"there is no table of system calls for {machine}")
    column = machine == "aarch64"
    instructions = b"".join(_INSTRUCTION.pack(*each) for each in _filter(column))
    program = _Program(len(instructions) // _INSTRUCTION.size, instructions)
    seccomp = (_ARM64 if column else _X86_64)[1]
    kernel.call(seccomp, _SET_FILTER, _WITHOUT_SLOW_MITIGATION, ctypes.byref(program))


def _filter(column: int) -> Iterator[tuple[int, int, int, int]]:
    architecture, _, tgkill = _ARM64 if column else _X86_64
    refuse = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    yield (_LOAD, 0, 0, _ARCHITECTURE_AT)
    yield (_IF_EQUAL, 1, 0, architecture)  # calls of another architecture have other numbers
    yield refuse
    yield (_LOAD, 0, 0, _NUMBER_AT)
    yield (_IF_AT_LEAST, 0, 1, _X32)
    yield refuse
    for table, error in ((_REFUSED, errno.EPERM), (_ABSENT, errno.ENOSYS)):
        for numbers in table.values():
            yield (_IF_EQUAL, 0, 1, numbers[column])
            yield (_RETURN, 0, 0, _FAIL | error)
    yield (_IF_EQUAL, 1, 0, tgkill)
    yield (_RETURN, 0, 0, _ALLOW)
    # Its own threads it may signal: that is how the C library aborts.
    yield (_LOAD, 0, 0, _FIRST_ARGUMENT_AT)
    yield (_IF_EQUAL, 0, 1, os.getpid())
    yield (_RETURN, 0, 0, _ALLOW)
    yield refuse
