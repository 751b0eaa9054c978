"""A real Farview, started as a reader's administrator would: `farview serve` on a free port, in folders of its own."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psutil

from tests.running.signing_in import origin_of

READY_SECONDS = 60.0
FARVIEW = Path(sys.executable).with_name("farview")


FIXED_PORTS = range(18_000, 32_000)
"""Below those that the kernel gives to whoever asks for any port, or connects to somebody: what is free stays so."""
_fixed = itertools.count(os.getpid() * 61)


def free_port() -> int:
    """A TCP port that nobody listens on now, for a program that must be told its own; no two calls give the same one."""
    for number in itertools.islice(_fixed, len(FIXED_PORTS)):
        port = FIXED_PORTS[number % len(FIXED_PORTS)]
        with socket.socket() as sock, suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("", port))
            return port
    raise AssertionError("every port is taken")


class FarviewProcess:
    """The running server, its URL with the sign-in token, and its children."""

    def __init__(
        self,
        data: Sequence[Path],
        folder: Path,
        port: int,
        arguments: Sequence[str],
        command: str = "serve",
        wrap: Callable[[list[str]], list[str]] = list,
    ) -> None:
        self.folder = folder
        self._log = (folder / "farview.log").open("ab")
        words = [str(FARVIEW), command, "--port", str(port), "--state", str(folder / "state"), *arguments]
        if command == "serve":
            words += ["--cache", str(folder / "cache")]
        for root in data:
            words += ["--data", str(root)]
        self.process = subprocess.Popen(
            wrap(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self._lines: list[str] = []
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._lines.append(line.decode())
            if "Farview is ready:" in self._lines[-1]:
                self._ready.set()
        self._ready.set()

    @property
    def url(self) -> str:
        """The printed URL.

        Raises:
            AssertionError: Farview did not become ready.
        """
        assert self._ready.wait(READY_SECONDS), self.log
        found = re.search(r"Farview is ready: (\S+)", "".join(self._lines))
        assert found, f"{''.join(self._lines)}\n{self.log}"
        return found.group(1)

    @property
    def port(self) -> int:
        """Where it listens; by its own word where it was told to take any (0)."""
        port = urlsplit(self.url).port
        assert port is not None
        return port

    @property
    def base(self) -> str:
        """Scheme, host and port of its address."""
        return origin_of(self.url)

    def new_url(self) -> str:
        """Another address, which `farview url --new` prints: the one before is over."""
        words = [str(FARVIEW), "url", "--new", "--state", str(self.folder / "state")]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    @property
    def log(self) -> str:
        """What it wrote to stderr."""
        return (self.folder / "farview.log").read_text(errors="replace")[-6000:]

    def children(self, module: str) -> list[psutil.Process]:
        """Its living descendants that run `python -m module` (as `streamer.worker`)."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if module in process.cmdline() or (module == "streamer" and "host" in process.cmdline()):
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def stop(self) -> None:
        """Ctrl-C; everything it started must be gone afterwards.

        Raises:
            AssertionError: something was left behind.
        """
        family = (
            psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        )
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"Farview did not stop on Ctrl-C.\n{self.log}") from None
        finally:
            _, alive = psutil.wait_procs(family, timeout=5)
            for process in alive:
                process.kill()
            self._reader.join(5)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self._log.close()
        assert not alive, f"left behind: {[p.cmdline() for p in alive]}"


@contextmanager
def running(
    data: Sequence[Path],
    folder: Path,
    *arguments: str,
    wrap: Callable[[list[str]], list[str]] = list,
) -> Iterator[FarviewProcess]:
    """Farview while the block runs; `wrap` makes its command one that runs elsewhere."""
    farview = FarviewProcess(data, folder, 0, arguments, wrap=wrap)
    try:
        yield farview
    finally:
        farview.stop()


def wait_until(condition: object, seconds: float, what: str) -> None:
    """Polls until `condition()` is true: of the files and ports of another program nothing tells by itself.

    Raises:
        AssertionError: it did not become true in time.
    """
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def stop_process(process: psutil.Process) -> None:
    """SIGSTOP: it hangs, and does not know it."""
    os.kill(process.pid, signal.SIGSTOP)
