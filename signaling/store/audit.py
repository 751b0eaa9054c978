"""The audit trail in the database."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert, select

from signaling.domain.audit import AuditEntry, Deed
from signaling.store.database import Database
from signaling.store.schema import AUDIT


class SqlAudit:
    """AuditStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: AuditEntry) -> None:
        """Keep a deed."""
        async with self._database.transaction() as connection:
            await connection.execute(insert(AUDIT).values(**asdict(entry)))

    async def newest(self, tenant: str, limit: int) -> tuple[AuditEntry, ...]:
        """The latest deeds, newest first."""
        query = (
            select(AUDIT)
            .where(AUDIT.c.tenant == tenant)
            .order_by(AUDIT.c.at.desc(), AUDIT.c.id.desc())
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            AuditEntry(row.at, row.tenant, row.user, Deed(row.deed), row.archive, row.study, row.host)
            for row in rows
        )
