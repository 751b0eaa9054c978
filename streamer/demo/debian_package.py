"""A file out of a Debian package: fetched by name and unpacked into a temporary folder, nothing installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 180


class Unavailable(Exception):
    """A source of demonstration data can't be had here; the message is a sentence that says why."""


@contextmanager
def file_of_package(package: str, member: str) -> Iterator[Path]:
    """The file `member` of a package: from the system where it is installed, else from the package's archive.

    Raises:
        Unavailable: there is no apt, no network, or no such file in the package.
    """
    installed = Path("/") / member
    if installed.is_file():
        yield installed
        return
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise Unavailable(f"{program} is not here, and {package} is a Debian package.")
    with tempfile.TemporaryDirectory(prefix="farview-demo-") as name:
        folder = Path(name)
        _run(["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", package], folder, package)
        archives = list(folder.glob("*.deb"))
        if len(archives) != 1:
            raise Unavailable(f"The package {package} could not be fetched.")
        _run(["dpkg-deb", "-x", archives[0].name, "content"], folder, package)
        found = folder / "content" / member
        if not found.is_file():
            raise Unavailable(f"This version of {package} does not hold {Path(member).name}.")
        yield found


def _run(command: list[str], folder: Path, package: str) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"The package {package} could not be fetched ({type(error).__name__}).") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"The package {package} could not be fetched: {reason}")
