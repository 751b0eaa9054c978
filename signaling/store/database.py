"""The database: opened, migrated, and every failure turned into StoreFailed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from signaling.errors import StoreFailed
from signaling.log import logger
from signaling.store.schema import REVISION

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 3_000
_LOG = logger(__name__)


class Database:
    """One database and its connections."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, file: Path) -> Database:
        """The SQLite database in `file`, made and brought up to date where needed.

        Raises:
            StoreFailed: it can't be opened or is of a later version.
        """
        try:
            set_foreign_log_aside(file)
        except OSError as error:
            raise StoreFailed(f"The database {file} can't be read: {error.strerror}.") from error
        # Parameters are patient identifiers and views; no error or log line may show them.
        engine = create_async_engine(f"sqlite+aiosqlite:///{file}", hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        database = cls(engine)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(migrate)
        except Exception as error:
            await engine.dispose()
            raise StoreFailed(f"The database {file} can't be opened. {_why_not_opened(error)}") from error
        return database

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end.

        Raises:
            StoreFailed: the database refused.
        """
        try:
            async with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreFailed(trouble_in_words(error)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


_HEADER = b"SQLite format 3\0"
_READ_VERSION = 19  # https://www.sqlite.org/fileformat.html, 1.3.3: 1 = rollback journal, 2 = write-ahead log


def set_foreign_log_aside(file: Path) -> None:
    """Keeps an old write-ahead log from winning over a database that was copied to its place.

    SQLite would write what the log holds into whatever database it lies beside. A database that Farview has opened names the
    log in its header; a backup does not (cli/backup.py).
    """
    log = file.with_name(f"{file.name}-wal")
    if not log.exists() or not file.exists():
        return
    with file.open("rb") as opened:
        head = opened.read(_READ_VERSION + 1)
    if head.startswith(_HEADER) and head[_READ_VERSION] == 1:
        log.replace(file.with_name(f"{file.name}-wal.of-another"))
        file.with_name(f"{file.name}-shm").unlink(missing_ok=True)
        _LOG.warning("old write-ahead log set aside", database=file.name)


_TROUBLES = {
    "SQLITE_FULL": "The disk that holds Farview's database is full: some space must be freed on it.",
    "SQLITE_READONLY": "Farview's database is read-only: its disk or its files may not be written.",
    "SQLITE_BUSY": "Farview's database is in use by another program. Try again in a moment.",
    "SQLITE_LOCKED": "Farview's database is in use by another program. Try again in a moment.",
    "SQLITE_IOERR": "The disk that holds Farview's database can't be read or written.",
    "SQLITE_CANTOPEN": "Farview's database is not there: its disk may be away.",
    "SQLITE_CORRUPT": "Farview's database is damaged and must be restored from its backup.",
    "SQLITE_NOTADB": "Farview's database is damaged and must be restored from its backup.",
}
_OTHER_TROUBLE = "Farview's database could not be read or written. The server's log says more."


def trouble_in_words(error: SQLAlchemyError) -> str:
    """What is wrong with the database, for whoever reads: no name of an exception, nothing of what was to be written."""
    name = str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))
    # Extended codes begin with the plain one: SQLITE_IOERR_WRITE (https://www.sqlite.org/rescode.html).
    return next((words for code, words in _TROUBLES.items() if name.startswith(code)), _OTHER_TROUBLE)


def _why_not_opened(error: Exception) -> str:
    if isinstance(error, SQLAlchemyError):
        return trouble_in_words(error)
    # Alembic's CommandError, which is not imported for this: the revision in the database is none that it knows.
    if type(error).__name__ == "CommandError":
        return "It was written by a newer Farview: start that one, or restore a backup of this one's time."
    return f"Its tables could not be brought up to date ({type(error).__name__})."


def migrate(connection: Connection) -> None:
    """Bring the tables up to date."""
    versioned = inspect(connection).has_table("alembic_version")
    if versioned and connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION:
        return
    # Alembic takes as long to import as all the rest of a start, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # A checkpoint is worth a fsync per WAL checkpoint, not one per save: at most the last moments of a view are lost.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
