"""`python -m streamer.cli.confinement_probe CHILD`: gives up what that child gives up, and tries what it must not be able to do.

Started like a child, over a channel, by `farview doctor` and by tests. It ends after its one answer.
"""

from __future__ import annotations

import argparse
import errno
import os
import resource
import signal
import socket
from collections.abc import Callable
from functools import partial
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from pathlib import Path

import msgspec

from streamer.confinement import landlock
from streamer.confinement.child import Confinement
from streamer.confinement.memory import OwnMemory
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.child_process import channel_descriptor
from streamer.render.gl_probe import probe_gl

CHILDREN = ("worker", "loader", "indexer")


class Tried(msgspec.Struct, frozen=True):
    """Lines of /proc/self/status, names of variables, errors by attempt ("" = it could), measures refused, what draws."""

    status: dict[str, str]
    environment: tuple[str, ...]
    attempts: dict[str, str]
    refused: dict[str, str]
    landlock: int
    core_limit: int
    oom_score_adj: int
    memory_limit: int = 0
    renderer: str = ""


def main() -> None:
    """Confines itself, tries, answers."""
    parser = argparse.ArgumentParser(prog="streamer.cli.confinement_probe", description=__doc__)
    parser.add_argument("child", choices=CHILDREN)
    parser.add_argument("--read", type=Path, action="append", default=[], help="folders that it may read")
    parser.add_argument("--write", type=Path, action="append", default=[], help="folders that it may write")
    parser.add_argument("--try-read", type=Path, action="append", default=[], help="files to open")
    parser.add_argument("--try-write", type=Path, action="append", default=[], help="files to make")
    parser.add_argument("--port", type=int, default=9, help="of this machine, to connect to")
    options = parser.parse_args()
    channel: ChildChannel[None] = ChildChannel(channel_descriptor(), None)
    score = int(Path("/proc/self/oom_score_adj").read_text(encoding="ascii"))
    os.environ["MESA_SHADER_CACHE_DISABLE"] = "true"  # as a worker does
    confined = Confinement.begin(reads_archives=options.child != "worker")
    confined.limit_files(options.read, options.write, graphics=options.child == "worker")
    attempts: dict[str, Callable[[], object]] = {
        "internet socket": lambda: socket.socket(socket.AF_INET).close(),
        "connection": lambda: socket.create_connection(("127.0.0.1", options.port), timeout=1.0).close(),
        "local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "interface": _see_another_interface,
        "arguments of the starter": Path(f"/proc/{os.getppid()}/cmdline").read_bytes,
        "environment of the starter": Path(f"/proc/{os.getppid()}/environ").read_bytes,
        "memory of the starter": lambda: os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY)),
        "signal to the starter": lambda: os.kill(os.getppid(), signal.SIGCONT),
        **{f"read {path}": path.read_bytes for path in options.try_read},
        **{f"write {path}": partial(path.write_bytes, b"x") for path in options.try_write},
    }
    memory = OwnMemory(options.child)
    attempts["more memory"] = lambda: mmap(-1, memory.bytes, flags=MAP_PRIVATE | MAP_ANONYMOUS).close()
    channel.send(
        Tried(
            status=_status(),
            environment=tuple(sorted(os.environ)),
            attempts={name: _outcome(attempt) for name, attempt in attempts.items()},
            refused=confined.refused,
            landlock=landlock.version(),
            core_limit=resource.getrlimit(resource.RLIMIT_CORE)[0],
            oom_score_adj=int(Path("/proc/self/oom_score_adj").read_text(encoding="ascii")) - score,
            memory_limit=memory.bytes,
            renderer=probe_gl().renderer if options.child == "worker" else "",
        )
    )
    channel.close()


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _see_another_interface() -> None:
    lines = Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()[2:]
    if all(line.split(":")[0].strip() == "lo" for line in lines):
        raise OSError(errno.ENODEV, "there is none")


def _status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


if __name__ == "__main__":
    main()
