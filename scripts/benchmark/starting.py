"""From the command to the address: the second time as measured, the first time as computed from what must be fetched."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from scripts.benchmark.debian_size import bytes_to_fetch
from scripts.benchmark.farview import running
from scripts.benchmark.row import Bar, Row, of_samples, of_value
from scripts.benchmark.setting import ROOT, LeftOut, NotMeasured, Setting

STARTS, QUICK_STARTS = 6, 1
SECOND_BAR = (Bar("p50", "≤", 5), Bar("p95", "≤", 5))
FIRST_BAR = (Bar("p50", "≤", 180),)
LINE_BITS = 50e6
DOWNLOAD_SECONDS, INSTALL_SECONDS = 240.0, 240.0
DRAWING = ("libegl1", "libgl1", "libgl1-mesa-dri", "libosmesa6")
PYTHON = ("python3", "python3-venv", "git")


async def starting(setting: Setting) -> list[Row]:
    """`scripts/run` where everything is installed and the studies are known."""
    folder = setting.folder("start")
    samples = []
    for _ in range(1 + (QUICK_STARTS if setting.quick else STARTS)):
        async with running(folder, [setting.data], program=(str(ROOT / "scripts/run"),)) as farview:
            samples.append(farview.ready_seconds)
    note = "exec of scripts/run to the line with the address; the very first start is left out"
    return [of_samples("start: the second time", "s", samples[1:], SECOND_BAR, note)]


async def first_start(setting: Setting) -> list[Row]:
    """A clone on a bare Debian with a line of 50 Mbit/s: computed, since no such line and machine are at hand here.

    The bytes are those of the clone, of the Python packages of the locks and of the Debian packages that a bare system lacks;
    installing and starting are measured in a clone of its own, from files already fetched.
    """
    if setting.quick:
        raise LeftOut("left out by --quick: it fetches every package of requirements/run.lock")
    folder = setting.folder("first")
    debian = await asyncio.to_thread(bytes_to_fetch, (*PYTHON, *DRAWING), folder, _run)
    clone_bytes = await asyncio.to_thread(_clone, folder)
    wheels = folder / "wheels"
    await asyncio.to_thread(_fetch, wheels)
    python_bytes = sum(file.stat().st_size for file in wheels.iterdir())
    installed = await asyncio.to_thread(_install, folder / "clone", wheels)
    async with running(folder, [], program=(str(folder / "clone/scripts/run"),)) as farview:
        ready = farview.ready_seconds
    total = clone_bytes + python_bytes + debian
    line = total * 8 / LINE_BITS
    note = (
        f"computed: {total / 1e6:.0f} MB over the line {line:.0f} s (clone {clone_bytes / 1e6:.1f}, Python packages "
        f"{python_bytes / 1e6:.0f}, Debian packages {debian / 1e6:.0f} MB), installing {installed:.0f} s and first start "
        f"{ready:.1f} s measured from fetched files; unpacking the Debian packages is not in it"
    )
    return [of_value("start: clone → address at 50 Mbit/s", "s", line + installed + ready, FIRST_BAR, note)]


def _run(
    what: str,
    command: list[str],
    seconds: float,
    environment: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> str:
    """The standard output.

    Raises:
        NotMeasured: it fails; `what` says in words what was tried.
    """
    try:
        done = subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
            check=True, env={**os.environ, **(environment or {})},
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotMeasured(f"{what} failed: {last}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(f"{what} failed: {type(error).__name__}") from None
    return done.stdout


def _clone(folder: Path) -> int:
    """A clone, as git fetches it: the bytes of its pack."""
    _run("cloning", ["git", "clone", "-q", "--no-local", str(ROOT), str(folder / "clone")], 60)
    return sum(pack.stat().st_size for pack in (folder / "clone/.git/objects/pack").iterdir())


def _fetch(wheels: Path) -> None:
    for lock in ("tools", "run"):
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "-d", str(wheels), "-r", f"requirements/{lock}.lock"]
        _run("fetching the Python packages", command, DOWNLOAD_SECONDS)


def _install(clone: Path, wheels: Path) -> float:
    """Seconds of `scripts/setup run` in a clone, from fetched packages alone."""
    offline = {
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_NO_CACHE_DIR": "1",
        "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(wheels), "UV_NO_CACHE": "1",
    }  # fmt: skip
    started = time.monotonic()
    _run("installing from fetched packages", ["scripts/setup", "run"], INSTALL_SECONDS, offline, clone)
    return time.monotonic() - started
