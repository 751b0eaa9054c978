"""The peers' own environment beside Farview's: installed from PyPI with pinned versions, only when they are to be measured."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.setting import RESULTS, ROOT, LeftOut, NotMeasured
from streamer.demo.debian_package import Unavailable, file_of_package

FOLDER = RESULTS / "peers"
PACKAGES = (
    "trame==4.0.0",
    "trame-vtk==2.11.17",
    "trame-server==4.1.0",
    "trame-rca==2.11.8",
    "wslink==2.6.0",
    "vtk==9.6.2",
    "PyTurboJPEG==1.8.3",
    "vtk-streaming==0.4.2",
)
TURBOJPEG = ("libturbojpeg0", "libturbojpeg.so.0")
"""Debian's package, and the file in it that PyTurboJPEG loads."""
_INSTALL_SECONDS = 600
_READY = "ready"


@dataclass(frozen=True, slots=True)
class PeersEnvironment:
    """`python` runs the peers; `variables` are their environment."""

    python: Path
    variables: dict[str, str]


def peers_environment(wanted: bool | None, quick: bool) -> PeersEnvironment:
    """The environment, made where it is wanted; None = where it is there already, or the run is a full one.

    Raises:
        LeftOut: the peers are not wanted.
        NotMeasured: they can't be installed.
    """
    ready = FOLDER / _READY
    is_ready = ready.is_file() and ready.read_text().split() == list(PACKAGES)
    if wanted is False or (wanted is None and quick and not is_ready):
        raise LeftOut(
            "trame is not installed for this: scripts/bench link --peers installs it into bench-results/"
        )
    if not is_ready:
        _install()
        ready.write_text("\n".join(PACKAGES) + "\n")
    # Nothing of Farview's own environment is to be seen there, but these programs themselves.
    variables = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    return PeersEnvironment(
        FOLDER / "bin/python", {**variables, "PEERS_TURBOJPEG": str(FOLDER / TURBOJPEG[1])}
    )


def _install() -> None:
    uv = shutil.which(ROOT / ".venv/bin/uv")
    if uv is None:
        raise NotMeasured("trame can't be installed: scripts/setup has not installed uv")
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([uv, "venv", "--quiet", str(FOLDER)])
    _run([uv, "pip", "install", "--quiet", "--python", str(FOLDER / "bin/python"), *PACKAGES])
    package, name = TURBOJPEG
    try:
        with file_of_package(package, f"usr/lib/{sysconfig.get_config_var('MULTIARCH')}/{name}") as library:
            shutil.copyfile(library, FOLDER / name)
    except Unavailable as reason:
        raise NotMeasured(f"trame-rca's best encoder can't be had: {reason}") from None


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotMeasured(f"trame can't be installed: {last}")
