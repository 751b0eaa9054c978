"""The archive's index: which file holds what, in SQLite. One connection per thread; writers wait for each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from streamer.dicom import index_schema
from streamer.dicom.header_record import HeaderRecord, fingerprint, pack, pack_patient, unpack
from streamer.dicom.image_frame import FileEntry
from streamer.dicom.study_summary import summarise

_BUSY_SECONDS = 10.0
MOST_FILES_OF_A_STUDY = 50_000


class IndexFault(Exception):
    """The index can't be used; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class FileStatus:
    """A file as it lies in the archive; `path` is relative to its root."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What came of reading a file: its header, or why not; neither when it is no DICOM.

    `problem`: what it holds is damaged; kept until the file changes. `unread`: it could not be read this time, which says nothing
    of what it holds; what was known of it before still counts.
    """

    status: FileStatus
    header: HeaderRecord | None = None
    problem: str = ""
    unread: str = ""


class Index:
    """An open index file."""

    def __init__(self, path: Path) -> None:
        """Opens or makes it.

        Raises:
            IndexFault: the file can't be opened, or is something else.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            index_schema.prepare(self.connection)
        except (sqlite3.Error, OSError) as error:
            raise IndexFault(f"The archive's index {path.name} can't be used: {error}.") from None
        self.archive = index_schema.archive_id(self.connection)

    @classmethod
    def listed_in(cls, path: Path) -> Self:
        """A copy in memory of what the index in a file holds, of one that nobody has open and that can't be opened to be written.

        Raises:
            IndexFault: there is none, it is of another version, or it can't be read.
        """
        try:
            with closing(_for_reading_alone(path)) as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] != index_schema.VERSION:
                    raise IndexFault(f"The archive's index {path.name} is of another version.")
                return cls._in_memory(connection)
        except (sqlite3.Error, OSError) as error:
            raise IndexFault(f"The archive's index {path.name} can't be read: {error}.") from None

    def copied(self) -> Self:
        """A copy in memory: what is noted in it is kept nowhere else.

        Raises:
            sqlite3.Error: it can't be read.
        """
        return self._in_memory(self.connection)

    @classmethod
    def _in_memory(cls, connection: sqlite3.Connection) -> Self:
        copy = cls.__new__(cls)
        copy.connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.backup(copy.connection)
        copy.archive = index_schema.archive_id(copy.connection)
        return copy

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def statuses(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file that was read, by path."""
        rows = self.connection.execute("SELECT path, size, mtime_ns FROM files")
        return {path: (size, mtime) for path, size, mtime in rows}

    def write(self, read: Iterable[ReadFile], gone: Iterable[str] = ()) -> None:
        """Notes what was read and what has vanished, and brings the studies concerned up to date; all or nothing."""
        with self._writing() as connection:
            touched: set[str] = set()
            for path in gone:
                touched |= self._study_of(path)
                connection.execute("DELETE FROM files WHERE path = ?", (path,))
                connection.execute("DELETE FROM unread WHERE path = ?", (path,))
            for item in read:
                if item.unread:
                    connection.execute("REPLACE INTO unread VALUES (?, ?)", (item.status.path, item.unread))
                    continue
                connection.execute("DELETE FROM unread WHERE path = ?", (item.status.path,))
                touched |= self._study_of(item.status.path)
                connection.execute(f"REPLACE INTO files VALUES ({','.join('?' * 15)})", _row(item))
                if item.header is not None:
                    touched.add(item.header.study.uid)
            for study in touched - {""}:
                summarise(connection, study)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise

    def files_of(self, study: str) -> Iterator[FileEntry]:
        """The study's instances, at most MOST_FILES_OF_A_STUDY."""
        rows = self.connection.execute(
            "SELECT path, size, mtime_ns, header, digest FROM files"
            " WHERE study = ? AND study != '' ORDER BY series, path LIMIT ?",
            (study, MOST_FILES_OF_A_STUDY),
        )
        for path, size, mtime, header, digest in rows:
            yield FileEntry(path, size, mtime, unpack(header), digest)

    def file_count(self, study: str) -> int:
        """How many files the study has; `files_of` gives MOST_FILES_OF_A_STUDY of them."""
        query = "SELECT COUNT(*) FROM files WHERE study = ? AND study != ''"
        return int(self.connection.execute(query, (study,)).fetchone()[0])

    def uncompared(self) -> list[str]:
        """Studies with files that share UID and header, of which not all pixels were compared."""
        rows = self.connection.execute(
            "SELECT DISTINCT study FROM files WHERE images > 0 GROUP BY study, sop, said HAVING COUNT(*) > 1 AND MIN(digest) = ''"
        )
        return [str(row[0]) for row in rows]

    def note_digests(self, digests: Sequence[tuple[FileEntry, str]]) -> None:
        """Keeps digests of files that have not changed since they were read; the counts of their studies follow."""
        if not digests:
            return
        with self._writing() as connection:
            for entry, digest in digests:
                connection.execute(
                    "UPDATE files SET digest = ? WHERE path = ? AND size = ? AND mtime_ns = ?",
                    (digest, entry.path, entry.size, entry.mtime_ns),
                )
            for study in {entry.header.study.uid for entry, _ in digests}:
                summarise(connection, study)

    def problems_near(self, folders: Iterable[str]) -> list[tuple[str, str]]:
        """Damaged and unread files, (path, sentence), that lie in the given folders: they belong perhaps to a study there."""
        wanted = set(folders)
        return [(path, problem) for path, problem in self.problems() if path.rpartition("/")[0] in wanted]

    def problems(self) -> list[tuple[str, str]]:
        """Damaged and unread files, (path, sentence); 10,000 at most."""
        rows = self.connection.execute(
            "SELECT path, problem FROM files WHERE kind = 'bad' UNION ALL SELECT path, problem FROM unread"
            " ORDER BY path LIMIT 10000"
        )
        return [(path, problem) for path, problem in rows]

    def series_in(self, folder: str) -> list[str]:
        """Series of which files lie in a folder or below it; two at most."""
        below = f"{folder}/" if folder else ""
        rows = self.connection.execute(
            "SELECT DISTINCT series FROM files WHERE series != '' AND path >= ? AND path < ? LIMIT 2",
            (below, below[:-1] + "0" if below else "\U0010ffff"),
        )
        return [str(row[0]) for row in rows]

    def instances(self) -> Iterator[str]:
        """The SOP Instance UIDs of all files."""
        for (uid,) in self.connection.execute("SELECT DISTINCT sop FROM files WHERE sop != ''"):
            yield uid

    def paths_of(self, instances: Iterable[str]) -> dict[str, list[str]]:
        """The files of some SOP Instance UIDs (few), in the order of their paths."""
        wanted = sorted(set(instances))
        marks = ",".join("?" * len(wanted))
        rows = self.connection.execute(
            f"SELECT sop, path FROM files WHERE sop IN ({marks}) ORDER BY path", wanted
        )
        found: dict[str, list[str]] = {uid: [] for uid in wanted}
        for uid, path in rows:
            found[uid].append(path)
        return found

    def study_count(self) -> int:
        """How many studies there are."""
        return int(self.connection.execute("SELECT COUNT(*) FROM studies").fetchone()[0])

    def bad_counts(self, since_ns: int) -> tuple[int, int]:
        """How many files are damaged, and how many of them have changed since then: those may still be being written."""
        query = "SELECT COUNT(*), COALESCE(SUM(mtime_ns > ?), 0) FROM files WHERE kind = 'bad'"
        bad, young = self.connection.execute(query, (since_ns,)).fetchone()
        return int(bad), int(young)

    def unread(self) -> dict[str, str]:
        """Files that could not be read when they were last tried, and why."""
        return dict(self.connection.execute("SELECT path, problem FROM unread").fetchall())

    def fact(self, key: str) -> str:
        """A fact of the archive, empty where it is not known."""
        row = self.connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def note_fact(self, key: str, value: str) -> None:
        """Keeps a fact, also over a restart."""
        if self.fact(key) != value:
            self.connection.execute("REPLACE INTO facts VALUES (?, ?)", (key, value))

    def _study_of(self, path: str) -> set[str]:
        row = self.connection.execute("SELECT study FROM files WHERE path = ?", (path,)).fetchone()
        return {row[0]} if row else set()


def _for_reading_alone(path: Path) -> sqlite3.Connection:
    """A connection that makes no files beside the index, for which a full disk has no room. Nobody else may have it open."""
    journal = path.with_name(f"{path.name}-wal")
    if not journal.exists() or not journal.stat().st_size:
        # It was closed in order: all is in the file itself, which SQLite then only reads.
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
        )
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # keeps in memory what is shared else
    return connection


def _row(item: ReadFile) -> tuple[object, ...]:
    status, header = item.status, item.header
    base = (status.path, status.size, status.mtime_ns)
    if header is None:
        kind = "bad" if item.problem else "other"
        return (*base, kind, item.problem, "", "", "", "", "", 0, None, None, "", "")
    images = header.pixels.frames if header.pixels else 0
    return (
        *base, "image" if images else "object", "", header.study.uid, header.series.uid, header.sop_instance_uid,
        header.series.modality, header.series.body_part, images, pack(header),
        pack_patient(header), fingerprint(header), "",
    )  # fmt: skip
