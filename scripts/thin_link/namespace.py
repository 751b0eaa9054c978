"""Network namespaces of the calling process, each with one TUN device; see network_namespaces(7) and the kernel's tuntap.rst."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import subprocess

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
