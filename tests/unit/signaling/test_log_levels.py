"""However much is logged, libraries' own debug lines, which carry what they carry, are not."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from signaling import log as signaling_log
from signaling.domain.checkpoints import ReadingKey
from signaling.domain.sign_ins import SignIn
from signaling.domain.tenants import OWNER
from signaling.store.checkpoints import SqlCheckpoints
from signaling.store.database import Database
from signaling.store.sign_ins import SqlSignIns

LIBRARIES = ("aiosqlite", "sqlalchemy.engine.Engine", "asyncpg", "alembic", "aiohttp.access", "aiohttp.web", "asyncio",
             "aioice.ice", "aiortc", "pydicom", "PIL", "a.library.of.tomorrow")  # fmt: skip
SECRETS = ("1.2.840.99999.4711", "looked-at-this", "marked-here", "hash-of-a-cookie")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("signaling")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    structlog.reset_defaults()


@pytest.mark.parametrize("level", signaling_log.LEVELS)
def test_the_level_is_ours_and_never_the_libraries(level: str) -> None:
    signaling_log.configure(level)
    number = logging.getLevelName(level.upper())
    assert logging.getLogger("signaling.services.any").getEffectiveLevel() == number
    for library in LIBRARIES:
        assert logging.getLogger(library).getEffectiveLevel() >= logging.WARNING, library


async def test_nothing_of_a_reading_is_logged_at_debug(tmp_path: Path) -> None:
    signaling_log.configure("debug")
    lines = io.StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(lines)
    database = await Database.open(tmp_path / "farview.db")
    try:
        key = ReadingKey("default", "owner", "demo", SECRETS[0])
        await SqlCheckpoints(database).save(key, f'{{"v":"{SECRETS[1]}"}}', f'{{"m":"{SECRETS[2]}"}}', 1.0)
        await SqlCheckpoints(database).load(key, 0.0)
        await SqlSignIns(database).add(SignIn(SECRETS[3], OWNER, 1.0, 1.0))
    finally:
        await database.close()
    for secret in SECRETS:
        assert secret not in lines.getvalue()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_hosts_children_log_as_it_does(level: str) -> None:
    from streamer.log import LEVEL_VARIABLE

    program = (
        "import structlog; from streamer import log; log.configure(log.of_starter(), program='x');"
        "l = structlog.get_logger(); [getattr(l, each)(each) for each in ('debug','info','warning','error')]"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, LEVEL_VARIABLE: level},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == ""
    heard = [name for name in ("debug", "info", "warning", "error") if f'"event": "{name}"' in said.stderr]
    assert (
        heard == ["debug", "info", "warning", "error"][("debug", "info", "warning", "error").index(level) :]
    )


@pytest.mark.parametrize("program", ["worker", "loader", "indexer"])
def test_each_child_asks_for_its_hosts_level(program: str) -> None:
    import streamer

    text = (Path(streamer.__file__).parent / program / "__main__.py").read_text()
    assert "of_starter()" in text
