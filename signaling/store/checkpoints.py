"""Views and marks in the database."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import ColumnElement, Table, and_, delete, select

from signaling.domain.checkpoints import Checkpoint, ReadingKey
from signaling.store.database import Database
from signaling.store.schema import MARKS, VIEWS
from signaling.store.upsert import upsert


def _of(table: Table, key: ReadingKey) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in asdict(key).items()))


class SqlCheckpoints:
    """CheckpointStore over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, key: ReadingKey, view: str, marks: str | None, now: float) -> None:
        """Keep both at once; marks None = as they are. Each saved document of marks gets the next version."""
        async with self._database.transaction() as connection:
            await upsert(connection, VIEWS, {**asdict(key), "view": view, "saved_at": now})
            if marks is None:
                return
            row = {**asdict(key), "document": marks, "version": 1, "saved_at": now}
            changed = {"document": marks, "version": MARKS.c.version + 1, "saved_at": now}
            await upsert(connection, MARKS, row, changed)

    async def load(self, key: ReadingKey, oldest_view: float) -> Checkpoint:
        """What is kept; a view saved before `oldest_view` is not."""
        of_view = select(VIEWS.c.view, VIEWS.c.saved_at).where(
            _of(VIEWS, key), VIEWS.c.saved_at >= oldest_view
        )
        of_marks = select(MARKS.c.document).where(_of(MARKS, key))
        async with self._database.transaction() as connection:
            view = (await connection.execute(of_view)).one_or_none()
            marks = (await connection.execute(of_marks)).scalar_one_or_none()
        return Checkpoint(view.view if view else None, marks, view.saved_at if view else 0.0)

    async def purge(self, oldest_view: float) -> None:
        """Forget views saved before."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(VIEWS).where(VIEWS.c.saved_at < oldest_view))
