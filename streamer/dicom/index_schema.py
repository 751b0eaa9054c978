"""The index's tables. They hold nothing that the archive does not: another version's index is dropped and made again."""

from __future__ import annotations

import sqlite3
import uuid

VERSION = 5
"""Of the tables, and of what is read of a header: raised where the same file would be entered otherwise."""
_TABLES = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    kind TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
    study TEXT NOT NULL DEFAULT '', series TEXT NOT NULL DEFAULT '', sop TEXT NOT NULL DEFAULT '',
    modality TEXT NOT NULL DEFAULT '', body_part TEXT NOT NULL DEFAULT '', images INTEGER NOT NULL DEFAULT 0,
    header BLOB, patient BLOB, said TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX files_of_study ON files (study, series) WHERE study != '';
CREATE TABLE unread (path TEXT PRIMARY KEY, problem TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE studies (
    study TEXT PRIMARY KEY, patient_name TEXT NOT NULL, patient_id TEXT NOT NULL, issuer TEXT NOT NULL,
    birth_date TEXT NOT NULL, sex TEXT NOT NULL, age TEXT NOT NULL, study_date TEXT NOT NULL, study_time TEXT NOT NULL,
    accession_number TEXT NOT NULL, description TEXT NOT NULL, modalities TEXT NOT NULL, body_parts TEXT NOT NULL,
    series_count INTEGER NOT NULL, image_count INTEGER NOT NULL, problem TEXT NOT NULL,
    name_search TEXT NOT NULL, id_search TEXT NOT NULL, accession_search TEXT NOT NULL, description_search TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX studies_by_date ON studies (study_date, study_time);
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Makes the tables, or anew those of another version; the archive's id outlives it."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")  # the indexer may write no file anywhere else
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        archive = archive_id(connection) if version else ""
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            connection.execute(f'DROP TABLE "{name}"')
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute("INSERT INTO facts VALUES ('archive', ?)", (archive or uuid.uuid4().hex,))
        connection.execute(f"PRAGMA user_version = {VERSION}")


def archive_id(connection: sqlite3.Connection) -> str:
    """The archive's id, empty where the index has none."""
    try:
        row = connection.execute("SELECT value FROM facts WHERE key = 'archive'").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(row[0]) if row else ""
