"""What several save at the same moment: nobody fails, nothing is counted twice, on SQLite and, where it is here, PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from signaling.domain.checkpoints import ReadingKey
from signaling.domain.hosts import HostRecord
from signaling.domain.proof_keys import ProofKey
from signaling.store.checkpoints import SqlCheckpoints
from signaling.store.database import Database, migrate
from signaling.store.hosts import SqlHosts
from signaling.store.proof_keys import SqlProofKeys

AT_ONCE = 20
KEY = ReadingKey("default", "owner", "demo", "1.2.3")
PROGRAM = shutil.which("pg_ctl")


def of_postgres(folder: Path, *command: str) -> None:
    """PostgreSQL refuses to run as root."""
    as_its_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    subprocess.run([*(as_its_user if os.geteuid() == 0 else []), *command], check=True, cwd=folder)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Path]:
    """The folder of the socket of a PostgreSQL of our own."""
    folder = Path(tempfile.mkdtemp(prefix="farview-postgres-"))  # pytest's folders are closed to its user
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    quiet = ("-l", str(folder / "log"), "-s", "-w")
    of_postgres(folder, "initdb", "-D", data, "-U", "farview", "--auth", "trust", "--no-sync")
    of_postgres(folder, "pg_ctl", "-D", data, *quiet, "-o", f"-k {folder} -h ''", "start")
    try:
        yield folder
    finally:
        of_postgres(folder, "pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", *(["postgresql"] if PROGRAM else [])])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        opened = await Database.open(tmp_path / "farview.db")
        yield opened
        await opened.close()
        return
    socket = request.getfixturevalue("postgres")
    engine = create_async_engine(
        f"postgresql+asyncpg://farview@/postgres?host={socket}", pool_size=AT_ONCE, hide_parameters=True
    )
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA public")
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    yield Database(engine)
    await engine.dispose()


async def test_one_reading_saved_at_once_loses_no_save(database: Database) -> None:
    store = SqlCheckpoints(database)
    await asyncio.gather(
        *(store.save(KEY, f'{{"n":{n}}}', f'{{"marks":{n}}}', float(n)) for n in range(AT_ONCE))
    )
    kept = await store.load(KEY, 0.0)
    assert kept.view is not None
    assert kept.marks == kept.view.replace("n", "marks"), "view and marks of one and the same save"
    async with database.transaction() as connection:
        versions = (await connection.exec_driver_sql("SELECT version FROM marks")).scalars().all()
    assert versions == [AT_ONCE]


async def test_one_host_saved_at_once_is_one_host(database: Database) -> None:
    store = SqlHosts(database)
    record = HostRecord("host-1", "default", "here", "hash", 1.0)
    await asyncio.gather(*(store.save(replace(record, seen_at=float(n))) for n in range(AT_ONCE)))
    assert [kept.host for kept in await store.all()] == ["host-1"]


async def test_keys_named_at_once_are_no_more_than_allowed(database: Database) -> None:
    store, most = SqlProofKeys(database), 4
    keys = [ProofKey(f"kid-{n}", "host-1", "x", float(n)) for n in range(AT_ONCE)]
    kept = await asyncio.gather(*(store.add(key, most) for key in keys))
    assert sum(kept) == most
    assert len(await store.all()) == most


async def test_a_key_named_many_times_at_once_is_known_to_each(database: Database) -> None:
    store = SqlProofKeys(database)
    key = ProofKey("kid", "host-1", "x", 1.0)
    assert await asyncio.gather(*(store.add(key, 1) for _ in range(AT_ONCE))) == [True] * AT_ONCE
    assert await store.all() == (key,)
