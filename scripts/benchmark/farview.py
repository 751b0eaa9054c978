"""A Farview of the benchmark's own: started as a reader's administrator would, with folders of its own, and stopped whole."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psutil

from scripts.benchmark.setting import ROOT, NotMeasured

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
PROGRAM = (str(ROOT / ".venv/bin/farview"), "serve")
Wrap = Callable[[list[str]], list[str]]


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Farview:
    """One that is started. `url` signs in; `ready_seconds` is the time from exec to the line that names it."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], folder: Path) -> None:
        self._start = start
        self._began = time.monotonic()
        self.folder = folder
        self.process = start()
        self.url = ""
        self.ready_seconds = 0.0

    async def ready(self) -> None:
        """Waits until it serves.

        Raises:
            NotMeasured: it does not become ready.
        """
        self.url = await _url(self.process, self.folder)
        self.ready_seconds = time.monotonic() - self._began

    async def start_again(self) -> None:
        """Starts it anew with the same port and folders; the one before must have been killed.

        Raises:
            NotMeasured: it does not become ready.
        """
        self.process.wait()
        self._began = time.monotonic()
        self.process = self._start()
        await self.ready()

    def family(self) -> dict[str, list[psutil.Process]]:
        """Its living processes by what they do: server, host, worker, indexer, loader, other; none while it is down."""
        try:
            server = psutil.Process(self.process.pid)
            children = server.children(recursive=True)
        except psutil.NoSuchProcess:
            return {}
        found: dict[str, list[psutil.Process]] = {"server": [server]}
        for process in children:
            try:
                role = role_of(process.cmdline())
            except psutil.NoSuchProcess:
                continue
            found.setdefault(role, []).append(process)
        return found


def role_of(command: list[str]) -> str:
    """What a process with that command line does: worker, indexer, loader, host or other."""
    for name in ("worker", "indexer", "loader"):
        if f"streamer.{name}" in command:
            return name
    return "host" if "streamer" in command and "host" in command else "other"


@asynccontextmanager
async def running(
    folder: Path,
    data: Sequence[Path],
    *options: str,
    program: Sequence[str] = PROGRAM,
    wrap: Wrap = list,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Farview]:
    """Farview on a free port while the block runs; its state and cache lie in `folder` and are kept.

    `environment` is added to this program's own.

    Raises:
        NotMeasured: it does not become ready.
    """
    command = [*program, "--port", str(free_port()), "--state", str(folder / "state")]
    command += ["--cache", str(folder / "cache"), *options]
    for root in data:
        command += ["--data", str(root)]
    farview = Farview(partial(_start, wrap(command), folder, environment or {}), folder)
    try:
        await farview.ready()
        yield farview
    finally:
        await asyncio.to_thread(_stop, farview.process)


def _start(command: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "farview.out").open("wb") as out, (folder / "farview.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **environment},
        )


async def _url(process: subprocess.Popen[bytes], folder: Path) -> str:
    end = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < end:
        said = re.search(r"Farview is ready: (\S+)\s", (folder / "farview.out").read_text(errors="replace"))
        if said:
            return said.group(1)
        await asyncio.sleep(0.005)
    log = (folder / "farview.log").read_text(errors="replace").strip().splitlines()
    raise NotMeasured(f"Farview did not become ready: {log[-1] if log else 'it said nothing'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, as a reader ends it; what does not follow is killed."""
    if process.poll() is not None:
        return
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _gone, alive = psutil.wait_procs(family, timeout=5)
    for left in alive:
        left.kill()
