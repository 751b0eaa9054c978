"""Network namespaces of the calling process, each with one TUN device; see network_namespaces(7) and the kernel's tuntap.rst."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import struct
import subprocess
import time

MTU = 1500
DEVICE = "link0"

# The same for every link: each has its own two namespaces, so they never meet.
CLIENT_ADDRESS = "10.77.0.1"
SERVER_ADDRESS = "10.77.0.2"

_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000

_libc = ctypes.CDLL(None, use_errno=True)


def enter_new_namespace() -> int:
    """Move this process into a fresh network namespace. Return a descriptor that keeps it."""
    if _libc.unshare(_CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"no new network namespace: {os.strerror(number)}")
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def open_tun(address: str, *, default_route: bool) -> int:
    """A TUN device in the present namespace, up, with an IPv4 `address` like 10.0.0.1/24. Return its descriptor, not blocking."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), _IFF_TUN | _IFF_NO_PI))
    commands = [
        "link set lo up",
        f"link set {DEVICE} mtu {MTU} txqueuelen 1000 up",
        f"address add {address} dev {DEVICE}",
    ]
    if default_route:
        commands.append(f"route add default dev {DEVICE}")
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), text=True, check=True, timeout=10)
    return tun


def end_processes(namespaces: list[int], quiet: float) -> None:
    """Kill every process in those namespaces but this one, until none has been seen for `quiet` seconds."""
    now = time.monotonic()
    give_up, calm_at = now + 10, now + quiet
    while True:
        inside = _processes(namespaces)
        for pid in inside:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        now = time.monotonic()
        if inside:
            calm_at = now + quiet
        elif now >= calm_at:
            return
        if now >= give_up:
            raise TimeoutError(f"these processes do not end: {inside}")
        time.sleep(0.002)


def _processes(namespaces: list[int]) -> list[int]:
    wanted = {os.fstat(namespace).st_ino for namespace in namespaces}
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        # A process may end while it is looked at; one that has ended belongs to no namespace.
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{entry}/ns/net").st_ino in wanted:
                found.append(int(entry))
    return found
