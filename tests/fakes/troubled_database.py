"""Troubles of a server's database, as disks and networks make them.

A database that is read-only refuses every write of its connections. One that is away can be neither read nor written.
"""

from __future__ import annotations

import errno
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.fakes.signaling_peers import Server


@asynccontextmanager
async def read_only(server: Server) -> AsyncIterator[None]:
    """No write is done while the block runs."""
    engine = server.services.database._engine.sync_engine
    only = True

    def refuse_writes(connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA query_only = {int(only)}")
        cursor.close()

    event.listen(engine, "checkout", refuse_writes)
    try:
        yield
    finally:
        only = False  # each connection is told so when it is next used


@asynccontextmanager
async def away(server: Server) -> AsyncIterator[None]:
    """Nothing is read or written while the block runs."""
    engine = server.services.database._engine.sync_engine

    def refuse(*_: Any) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorname = "SQLITE_CANTOPEN"
        raise OperationalError(None, None, error)

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


@asynccontextmanager
async def full(server: Server) -> AsyncIterator[None]:
    """Not a byte is free on the state's disk while the block runs."""
    with filled(server.services.config.state):
        yield


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of that size at `folder`; mounting it needs root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free on a disk while the block runs."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        block = b"\0" * (1 << 20)
        while block:
            try:
                file.write(block)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                block = block[: len(block) // 2]
    try:
        yield
    finally:
        filler.unlink()
