"""A cache that is full or can't be written is said: in the viewport, once in the log, to the server; and so is its end."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, cast

import pytest
import structlog

from streamer.ipc import cache_folder, volume_cache
from streamer.session import cache_health
from streamer.session.cache_health import FULL, UNWRITABLE
from streamer.session.series_load import SeriesLoad
from tests.unit.session.cached_series import plan, study
from tests.unit.session.test_cache_room import ONE, Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path / "cache", ONE)


def lines(logged: list[Any]) -> list[str]:
    return [line["event"] for line in logged if line["event"].startswith("cache_")]


async def test_a_full_cache_is_told_once_and_so_is_its_end(host: Host) -> None:
    told: list[str] = []
    first, second = study(host.store, "1", (plan("1"),)), study(host.store, "2", (plan("2"),))
    second._on_load = lambda stack, load: told.append(load.problem)
    with structlog.testing.capture_logs() as logged:
        assert host.store.cache_problem() == ""
        first.need(0, 0)
        await host.settle()
        load = cast(SeriesLoad, second.need(0, 0))
        await host.settle()
        assert any("No room for the images" in words for words in told), "at once, without a key"
        assert [host.store.cache_problem() for _ in range(5)] == [FULL] * 5
        first.rest()
        await host.settle()
        assert (load.complete, host.store.cache_problem()) == (True, "")
    assert lines(logged) == ["cache_problem", "cache_works_again"]
    await host.store.close()


async def test_a_read_only_cache_is_told_and_what_is_in_it_is_shown(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = study(host.store, "1", (plan("1"),))
    opened.need(0, 0)
    await host.settle()
    opened.rest()
    host.store._close_idle()
    for load in list(host.store._loads.values()):
        host.store._loads.pop(load.cache_path).close()

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "utime", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(volume_cache, "_make", refuse)
    monkeypatch.setattr(cache_health.os, "access", lambda path, mode: not mode & os.W_OK)
    with structlog.testing.capture_logs() as logged:
        assert [host.store.cache_problem() for _ in range(3)] == [UNWRITABLE] * 3
        again = cast(SeriesLoad, opened.need(0, 0))
        assert again.complete, "what is complete needs nothing written"
        opened.rest()
        new = cast(SeriesLoad, study(host.store, "2", (plan("2"),)).need(0, 0))
        await host.settle()
        assert "can't be written" in new.problem
        monkeypatch.setattr(cache_health.os, "access", lambda path, mode: True)
    assert lines(logged) == ["cache_problem"]
    monkeypatch.undo()
    await host.store.close()


def test_only_what_can_be_lived_with_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(os, "utime", fails)
    with pytest.raises(OSError, match="broken"):
        cache_folder.touch(tmp_path)
