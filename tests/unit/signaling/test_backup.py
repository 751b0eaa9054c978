"""A backup is the state as of one moment, also of a running Farview; what is restored is the backup, whatever lay there."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from signaling.cli.backup import back_up, restore
from signaling.cli.state_dir import StateDir
from signaling.errors import CannotStart
from signaling.store.database import Database, set_foreign_log_aside


class State:
    """A state directory with a database that holds one word."""

    def __init__(self, path: Path, word: str) -> None:
        self.path = path
        (path / "tls").mkdir(parents=True)
        (path / "host").mkdir()
        (path / "demo").mkdir()
        (path / "demo" / "big.dcm").write_bytes(b"pixels")
        (path / "tls" / "ca.pem").write_text(word)
        (path / "address.json").write_text("{}")
        self.open = [sqlite3.connect(path / name) for name in ("farview.db", "host/index-a.sqlite")]
        for database in self.open:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA wal_autocheckpoint=0")
            database.execute("CREATE TABLE word (word)")
            database.execute("INSERT INTO word VALUES (?)", (word,))
            database.commit()

    def die(self, beside: Path) -> Path:
        """As kill -9 leaves it, the write-ahead log not yet written into its database."""
        shutil.copytree(self.path, beside)
        assert (beside / "farview.db-wal").stat().st_size > 0
        return beside


def words(state: Path) -> list[str]:
    said = [(state / "tls" / "ca.pem").read_text()]
    for name in ("farview.db", "host/index-a.sqlite"):
        with closing(sqlite3.connect(state / name)) as database:
            said.append(database.execute("SELECT word FROM word").fetchone()[0])
    return said


@pytest.fixture
def old(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "old", "old")
    yield state
    for database in state.open:
        database.close()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "new", "new")
    yield state
    for database in state.open:
        database.close()


def test_a_backup_of_a_state_in_use_or_dead_holds_what_was_committed_and_is_its_owners(
    old: State, tmp_path: Path
) -> None:
    for number, state in enumerate((old.path, old.die(tmp_path / "dead"))):
        folder = tmp_path / f"backup-{number}"
        said = back_up(state, folder)
        assert words(folder) == ["old"] * 3
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert names == {"farview.db", "host/index-a.sqlite", "tls/ca.pem"}
        assert "3 files" in said
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.rglob("*")]} == {0}


@pytest.mark.parametrize("there", ["nothing", "stopped", "dead"])
def test_a_restore_gives_the_backup_and_keeps_what_was_there(
    old: State, new: State, tmp_path: Path, there: str
) -> None:
    back_up(old.path, tmp_path / "backup")
    state = tmp_path / "state"
    if there == "stopped":
        back_up(new.path, state)
    elif there == "dead":
        new.die(state)
    said = restore(state, tmp_path / "backup")
    assert words(state) == ["old"] * 3
    aside = list(state.glob("replaced-*"))
    assert len(aside) == (0 if there == "nothing" else 1)
    for folder in aside:
        assert str(folder) in said
        assert words(folder) == ["new"] * 3
    if there == "dead":
        assert (state / "demo" / "big.dcm").exists(), "what can be made again stays"


async def test_a_backup_copied_by_hand_beside_a_dead_ones_log_wins_over_it(
    old: State, new: State, tmp_path: Path
) -> None:
    back_up(old.path, tmp_path / "backup")
    state = new.die(tmp_path / "state")
    shutil.copyfile(tmp_path / "backup" / "farview.db", state / "farview.db")
    database = await Database.open(state / "farview.db")
    await database.close()
    assert words(state)[1] == "old"
    assert (state / "farview.db-wal.of-another").exists()


def test_a_databases_own_log_is_never_set_aside(new: State, tmp_path: Path) -> None:
    state = new.die(tmp_path / "state")
    set_foreign_log_aside(state / "farview.db")
    assert words(state)[1] == "new"


def test_a_restore_is_refused_while_a_farview_runs_there(old: State, new: State, tmp_path: Path) -> None:
    back_up(old.path, tmp_path / "backup")
    with StateDir(new.path), pytest.raises(CannotStart, match="already runs"):
        restore(new.path, tmp_path / "backup")
    assert words(new.path) == ["new"] * 3


@pytest.mark.parametrize("harm", ["no database", "no folder", "damaged", "no database at all"])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    old: State, new: State, tmp_path: Path, harm: str
) -> None:
    backup = tmp_path / "backup"
    back_up(old.path, backup)
    match harm:
        case "no database":
            (backup / "farview.db").unlink()
        case "no folder":
            shutil.rmtree(backup)
        case "damaged":
            data = (backup / "farview.db").read_bytes()
            (backup / "farview.db").write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
        case _:
            (backup / "farview.db").write_text("no database")
    with pytest.raises(CannotStart):
        restore(new.path, backup)
    assert words(new.path) == ["new"] * 3


def test_an_earlier_backup_is_not_overwritten_and_an_empty_state_is_none(old: State, tmp_path: Path) -> None:
    back_up(old.path, tmp_path / "backup")
    with pytest.raises(CannotStart, match="is there already"):
        back_up(old.path, tmp_path / "backup")
    with pytest.raises(CannotStart, match="nothing to back up"):
        back_up(tmp_path / "nowhere", tmp_path / "other")
    assert not (tmp_path / "other").exists()
