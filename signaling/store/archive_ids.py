"""What archives are called that several hosts reach, in the database; their views and marks go with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Table, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from signaling.domain.joined_readings import joined_marks
from signaling.domain.shared_archives import Judged, Shared
from signaling.log import logger
from signaling.store.database import Database
from signaling.store.schema import ARCHIVE_IDS, HOSTS, JUDGED_SAMPLES, MARKS, VIEWS
from signaling.store.upsert import upsert

_LOG = logger(__name__)


class SqlArchiveIds:
    """ArchiveIdStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, dict[str, Shared]]:
        """By tenant, and by the id in a host's index."""
        found: defaultdict[str, dict[str, Shared]] = defaultdict(dict)
        async with self._database.transaction() as connection:
            for row in (await connection.execute(select(ARCHIVE_IDS))).all():
                found[row.tenant][row.archive] = Shared(row.id, row.name)
        return dict(found)

    async def change(self, tenant: str, before: Mapping[str, Shared], after: Mapping[str, Shared]) -> None:
        """Keep what the archives are called after, and take their views and marks along; all or nothing.

        What was one and comes apart keeps on each side what was kept of it.
        """
        async with self._database.transaction() as connection:
            for own in sorted(before.keys() | after.keys()):
                was, will = before.get(own), after.get(own)
                if was == will:
                    continue
                if will is None:
                    of_it = and_(ARCHIVE_IDS.c.tenant == tenant, ARCHIVE_IDS.c.archive == own)
                    await connection.execute(delete(ARCHIVE_IDS).where(of_it))
                else:
                    row = {"tenant": tenant, "archive": own, "id": will.id, "name": will.name}
                    await upsert(connection, ARCHIVE_IDS, row)
                old, new = was.id if was else own, will.id if will else own
                for source in {old, own} - {new}:
                    copy = source == old and _is_kept(old, own, before, after)
                    await _take(connection, tenant, source, new, copy=copy)

    async def judged(self) -> dict[str, Judged]:
        """By host what has been judged of its archives; of hosts that were removed it is forgotten."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        instances: dict[str, str] = {}
        async with self._database.transaction() as connection:
            gone = JUDGED_SAMPLES.c.host.not_in(select(HOSTS.c.host))
            await connection.execute(delete(JUDGED_SAMPLES).where(gone))
            for row in (await connection.execute(select(JUDGED_SAMPLES))).all():
                found[row.host][row.archive] = row.sample
                instances[row.host] = row.instance
        return {host: Judged(instances[host], samples) for host, samples in found.items()}

    async def keep_judged(self, host: str, judged: Judged) -> None:
        """Keep it in the place of what was kept of that host."""
        rows = [
            {"host": host, "archive": archive, "instance": judged.instance, "sample": sample}
            for archive, sample in judged.samples.items()
        ]
        async with self._database.transaction() as connection:
            await connection.execute(delete(JUDGED_SAMPLES).where(JUDGED_SAMPLES.c.host == host))
            if rows:
                await connection.execute(insert(JUDGED_SAMPLES), rows)


def _is_kept(old: str, own: str, before: Mapping[str, Shared], after: Mapping[str, Shared]) -> bool:
    """Whether another archive goes on by the id `old` when `own` leaves it, or leaves it later and wants its part, too."""
    stay = any(each.id == old for each in after.values())
    return stay or any(other > own and each.id == old for other, each in before.items())


async def _take(connection: AsyncConnection, tenant: str, old: str, new: str, *, copy: bool) -> None:
    """Views and marks of the archive `old` are the archive `new`'s, too, and only its unless `copy`."""
    for row in await _rows(connection, VIEWS, tenant, old):
        there = await _row(connection, VIEWS, row, new)
        if there is None or there.saved_at < row.saved_at:
            await upsert(connection, VIEWS, {**row._mapping, "archive": new})
        if not copy:
            await _remove(connection, VIEWS, row)
    for row in await _rows(connection, MARKS, tenant, old):
        await _take_marks(connection, row, new, copy=copy)


async def _take_marks(connection: AsyncConnection, row: Row[Any], new: str, *, copy: bool) -> None:
    there = await _row(connection, MARKS, row, new)
    if there is None:
        await upsert(connection, MARKS, {**row._mapping, "archive": new})
    else:
        newest, older = (there, row) if there.saved_at >= row.saved_at else (row, there)
        document = joined_marks(newest.document, older.document, (newest.saved_at, older.saved_at))
        if document is None:
            # Of two documents that can't be made one the newest is read on; the other stays, by the old id.
            _LOG.error("marks of two archives not joined", study=row.study)
            await upsert(connection, MARKS, {**newest._mapping, "archive": new})
            if not copy:
                await upsert(connection, MARKS, {**older._mapping, "archive": row.archive})
            return
        joined = {"document": document, "version": max(row.version, there.version) + 1}
        await upsert(connection, MARKS, {**newest._mapping, "archive": new, **joined})
    if not copy:
        await _remove(connection, MARKS, row)


async def _rows(connection: AsyncConnection, table: Table, tenant: str, archive: str) -> list[Row[Any]]:
    query = select(table).where(table.c.tenant == tenant, table.c.archive == archive)
    return list((await connection.execute(query)).all())


async def _row(connection: AsyncConnection, table: Table, like: Row[Any], archive: str) -> Row[Any] | None:
    query = select(table).where(
        table.c.tenant == like.tenant,
        table.c.user == like.user,
        table.c.archive == archive,
        table.c.study == like.study,
    )
    return (await connection.execute(query)).one_or_none()


async def _remove(connection: AsyncConnection, table: Table, row: Row[Any]) -> None:
    await connection.execute(
        delete(table).where(
            table.c.tenant == row.tenant,
            table.c.user == row.user,
            table.c.archive == row.archive,
            table.c.study == row.study,
        )
    )
