"""One statement that inserts a row or changes the one of the same key: what two do at once can't collide.

SQLite (https://www.sqlite.org/lang_upsert.html) and PostgreSQL (INSERT … ON CONFLICT) both have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_into(connection: AsyncConnection, table: Table) -> sqlite.dml.Insert | postgresql.dml.Insert:
    """The dialect's own insert, which knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def upsert(
    connection: AsyncConnection,
    table: Table,
    values: Mapping[str, Any],
    changed: Mapping[str, Any] | None = None,
) -> None:
    """Insert `values`; where the row of that primary key is there, set what is `changed` (all of `values`, unless said)."""
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in key}
    statement = insert_into(connection, table).values(**values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=key, set_=dict(changed if changed is not None else rest)
        )
    )
