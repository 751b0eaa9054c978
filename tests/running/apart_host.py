"""A render host apart from its server, as the admin page's command starts it, in folders of its own."""

from __future__ import annotations

import shlex
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.running.farview_process import FARVIEW


def start_apart(command: str, name: str, folder: Path, data: Path) -> subprocess.Popen[bytes]:
    """`command` is what the admin page shows; state, cache and log lie in `folder` under the host's name."""
    words = shlex.split(command.replace("--data DIR", ""))[1:]
    folders = [
        "--state",
        folder / f"{name}-state",
        "--cache",
        folder / f"{name}-cache",
        "--data",
        data,
    ]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([FARVIEW, *words, *map(str, folders)], stdin=subprocess.DEVNULL, stderr=log)


def share_index(state: Path, folder: Path, name: str) -> None:
    """Gives a host that is yet to be started the index of another one (in `state`): it names the archive as that one does."""
    own = folder / f"{name}-state"
    own.mkdir(mode=0o700)
    for index in state.glob("index-*/index.sqlite"):
        place = own / index.parent.name
        place.mkdir(mode=0o700)
        with closing(sqlite3.connect(index)) as source, closing(sqlite3.connect(place / index.name)) as copy:
            source.backup(copy)
