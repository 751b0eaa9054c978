"""What is kept, in a real SQLite file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.checkpoints import VIEW_SECONDS, ReadingKey, check_sizes, oldest_view_kept
from signaling.domain.hosts import HostRecord
from signaling.domain.sign_ins import IDLE_SECONDS, SignIn, is_live
from signaling.domain.tenants import OWNER
from signaling.errors import StoreFailed
from signaling.protocol.errors import ProtocolError
from signaling.store.audit import SqlAudit
from signaling.store.checkpoints import SqlCheckpoints
from signaling.store.database import Database, migrate
from signaling.store.hosts import SqlHosts
from signaling.store.schema import METADATA, REVISION
from signaling.store.sign_ins import SqlSignIns

KEY = ReadingKey("default", "owner", "demo", "1.2.3")
OTHER = ReadingKey("default", "owner", "demo", "1.2.4")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "farview.db")
    yield opened
    await opened.close()


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": METADATA}
    )
    return list(compare_metadata(context, METADATA))


def test_migrations_make_the_tables_that_the_code_names() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        assert differences(connection) == []
    engine.dispose()


def test_the_revision_that_the_code_names_is_the_newest_step() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        assert MigrationContext.configure(connection).get_current_revision() == REVISION
    engine.dispose()


def test_the_comparison_would_see_a_forgotten_migration() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        connection.exec_driver_sql("ALTER TABLE marks DROP COLUMN version")
        assert differences(connection) != []
    engine.dispose()


async def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "farview.db"
    database = await Database.open(path)
    await SqlSignIns(database).add(SignIn("hash", OWNER, 10.0, 10.0))
    await database.close()
    before = dump(path)
    await (await Database.open(path)).close()
    assert dump(path) == before
    assert any("hash" in line for line in before)


def dump(path: Path) -> list[str]:
    """All tables and rows, as SQL."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


async def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "farview.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreFailed, match=r"can't be opened"):
        await Database.open(tmp_path / "farview.db")


async def test_a_sign_in_is_found_touched_and_over(database: Database) -> None:
    store = SqlSignIns(database)
    await store.add(SignIn("hash", OWNER, 10.0, 10.0))
    await store.touch("hash", 20.0)
    assert await store.find("hash") == SignIn("hash", OWNER, 10.0, 20.0)
    assert await store.find("other") is None
    await store.remove("hash")
    assert await store.find("hash") is None


async def test_sign_ins_not_used_for_long_are_forgotten(database: Database) -> None:
    store = SqlSignIns(database)
    await store.add(SignIn("old", OWNER, 0.0, 0.0))
    await store.add(SignIn("new", OWNER, 0.0, 100.0))
    await store.purge(used_before=50.0)
    assert await store.find("old") is None
    assert await store.find("new") is not None
    assert is_live(SignIn("new", OWNER, 0.0, 100.0), 100.0 + IDLE_SECONDS - 1)
    assert not is_live(SignIn("new", OWNER, 0.0, 100.0), 100.0 + IDLE_SECONDS)


async def test_a_host_is_kept_changed_and_removed(database: Database) -> None:
    store = SqlHosts(database)
    record = HostRecord("host-1", "default", "here", "hash", 1.0)
    await store.save(record)
    drained = HostRecord("host-1", "default", "here", "hash", 1.0, "machine", 5.0, True)
    await store.save(drained)
    assert await store.find("host-1") == drained
    assert await store.find_by_key("hash") == drained
    assert await store.all() == (drained,)
    await store.remove("host-1")
    assert await store.find_by_key("hash") is None


async def test_two_hosts_can_not_share_a_key(database: Database) -> None:
    store = SqlHosts(database)
    await store.save(HostRecord("host-1", "default", "", "hash", 1.0))
    with pytest.raises(StoreFailed):
        await store.save(HostRecord("host-2", "default", "", "hash", 1.0))


async def test_a_view_and_marks_come_back(database: Database) -> None:
    store = SqlCheckpoints(database)
    await store.save(KEY, '{"image":1}', '{"marks":[1]}', 100.0)
    await store.save(KEY, '{"image":2}', None, 101.0)
    kept = await store.load(KEY, 0.0)
    assert (kept.view, kept.marks, kept.saved_at) == ('{"image":2}', '{"marks":[1]}', 101.0)
    nothing = await store.load(OTHER, 0.0)
    assert (nothing.view, nothing.marks) == (None, None)


async def test_views_are_forgotten_after_72_hours_marks_never(database: Database) -> None:
    store = SqlCheckpoints(database)
    await store.save(KEY, "{}", '{"marks":[]}', 100.0)
    now = 100.0 + VIEW_SECONDS
    assert (await store.load(KEY, oldest_view_kept(now))).view == "{}"
    late = oldest_view_kept(now + 1)
    assert (await store.load(KEY, late)).view is None
    await store.purge(late)
    kept = await store.load(KEY, 0.0)
    assert (kept.view, kept.marks) == (None, '{"marks":[]}')


def test_what_no_reading_needs_is_not_saved() -> None:
    check_sizes("{}", None)
    with pytest.raises(ProtocolError, match="view"):
        check_sizes("x" * 100_000, None)
    with pytest.raises(ProtocolError, match="marks"):
        check_sizes("{}", "x" * 3_000_000)


async def test_the_audit_trail_is_newest_first_and_by_tenant(database: Database) -> None:
    store = SqlAudit(database)
    entries = [
        AuditEntry(float(n), "default", "owner", Deed.STUDY_OPENED, "demo", f"1.2.{n}") for n in range(3)
    ]
    for entry in [*entries, AuditEntry(9.0, "other", "owner", Deed.SIGNED_IN)]:
        await store.add(entry)
    assert await store.newest("default", 2) == (entries[2], entries[1])
