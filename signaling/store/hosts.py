"""Render hosts in the database."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, delete, select

from signaling.domain.hosts import HostRecord
from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.store.database import Database
from signaling.store.schema import HOSTS
from signaling.store.upsert import upsert

_LOG = logger(__name__)


def _record(row: Row[Any]) -> HostRecord:
    return HostRecord(**row._mapping)


class SqlHosts:
    """HostStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, record: HostRecord) -> None:
        """Keep it, new or changed. Only when it was last seen is not worth a refusal: where that can't be noted, it is left."""
        try:
            async with self._database.transaction() as connection:
                await upsert(connection, HOSTS, asdict(record))
        except StoreFailed as error:
            kept = await self.find(record.host)
            if kept is None or replace(kept, seen_at=record.seen_at) != record:
                raise
            _LOG.warning("host's last visit not noted", host=record.host, why=error.message)

    async def find(self, host: str) -> HostRecord | None:
        """By id."""
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(HOSTS).where(HOSTS.c.host == host))).one_or_none()
        return None if row is None else _record(row)

    async def find_by_key(self, key_hash: str) -> HostRecord | None:
        """By the hash of its key."""
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(HOSTS).where(HOSTS.c.key_hash == key_hash))).one_or_none()
        return None if row is None else _record(row)

    async def all(self) -> tuple[HostRecord, ...]:
        """Every one, oldest first."""
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(HOSTS).order_by(HOSTS.c.made_at, HOSTS.c.host))).all()
        return tuple(_record(row) for row in rows)

    async def remove(self, host: str) -> None:
        """Its key no longer counts."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(HOSTS).where(HOSTS.c.host == host))
