"""A state that can't be written at a start names its place and what the system says; no key is to be thrown away for that."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from signaling.api.app import create_app
from signaling.auth.certificate_authority import CertificateAuthority
from signaling.auth.tickets import TicketSigner
from signaling.config import ServerConfig
from signaling.errors import CannotStart, StoreFailed
from signaling.errors import FarviewError as ServersError
from signaling.store.archive_ids import SqlArchiveIds
from signaling.store.database import Database
from streamer.errors import FarviewError as HostsError
from streamer.host.proof_signer import ProofSigner

OPENERS: dict[str, Callable[[Path], object]] = {
    "ticket keys": lambda place: TicketSigner.open(place, 0.0),
    "certificate authority": CertificateAuthority.open,
    "key of records": lambda place: ProofSigner.open(place, "h", "1"),
}
TROUBLES = [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO]


@pytest.mark.parametrize("number", TROUBLES, ids=[errno.errorcode[number] for number in TROUBLES])
@pytest.mark.parametrize("what", OPENERS)
def test_what_the_system_says_is_named_and_no_key_is_to_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, number: int
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    place = tmp_path / "keys"
    with pytest.raises((ServersError, HostsError)) as refused:
        OPENERS[what](place)
    words = str(refused.value)
    assert os.strerror(number) in words
    assert str(place) in words
    assert not {"Remove", "Move"} & set(words.split())


@pytest.mark.parametrize("what", OPENERS)
def test_what_is_damaged_says_what_to_remove(tmp_path: Path, what: str) -> None:
    place = tmp_path / "keys"
    OPENERS[what](place)
    for key in [place] if place.is_file() else place.glob("*key.pem") if what[0] == "c" else place.iterdir():
        key.write_bytes(b"no key")
    with pytest.raises((ServersError, HostsError), match=r"(Remove|Move)"):
        OPENERS[what](place)


async def test_a_database_that_is_not_one_and_one_of_a_newer_version_are_told_apart(tmp_path: Path) -> None:
    broken, newer = tmp_path / "broken.sqlite", tmp_path / "newer.sqlite"
    broken.write_bytes(b"no database, but long enough to be looked at as one" * 100)
    await (await Database.open(newer)).close()
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ServersError, match=r"broken\.sqlite can't be opened.*damaged"):
        await Database.open(broken)
    with pytest.raises(ServersError, match=r"newer\.sqlite can't be opened.*by a newer Farview"):
        await Database.open(newer)


async def test_a_database_that_fails_while_the_server_starts_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def full(*_: object) -> None:
        raise StoreFailed("The disk that holds Farview's database is full.")

    monkeypatch.setattr(SqlArchiveIds, "all", full)
    with pytest.raises(CannotStart, match=rf"is full\. It is {tmp_path}"):
        await create_app(ServerConfig(state=tmp_path, web=tmp_path))
