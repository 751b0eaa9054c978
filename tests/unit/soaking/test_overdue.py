"""A run that hangs gives its verdict all the same, and says in what it waits; no part of it ends in silence."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from scripts.soaking import overdue as overdue_module
from scripts.soaking.overdue import overdue, waits_of
from scripts.soaking.soak import _guarded, most_seconds
from scripts.soaking.soaked import Soaked


async def for_good() -> None:
    await asyncio.Event().wait()


async def holds_on() -> None:
    await for_good()


async def test_what_tasks_wait_for_is_named_to_its_innermost_place() -> None:
    task = asyncio.create_task(holds_on(), name="reader 1")
    await asyncio.sleep(0)
    (line,) = [each for each in waits_of(asyncio.get_running_loop()) if each.startswith("reader 1")]
    assert "test_overdue.py" in line
    assert line.index("holds_on") < line.index("for_good")
    task.cancel()


def test_a_run_that_does_not_end_is_given_up_and_its_children_go(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    done: list[Any] = []
    monkeypatch.setattr(overdue_module, "_kill_children", lambda: done.append("children"))
    monkeypatch.setattr(overdue_module.os, "_exit", lambda code: (done.append(code), ended.set()))
    with overdue(0.0, lambda waits: done.append("verdict")):
        assert ended.wait(30.0)
    assert done == ["verdict", "children", 3]


def test_a_run_that_ends_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up: list[Any] = []
    with overdue(3600.0, given_up.append):
        pass
    assert threading.active_count() == 1 or not any(
        isinstance(each, threading.Timer) and not each.finished.is_set() for each in threading.enumerate()
    )
    assert given_up == []


@pytest.mark.parametrize("error", [TimeoutError(), ValueError(""), RuntimeError("one\ntwo"), KeyError()])
async def test_a_part_of_a_run_that_fails_is_said_whatever_words_it_has(error: Exception) -> None:
    async def fails() -> None:
        raise error

    soaked = Soaked(1.0)
    await _guarded("the run", fails(), soaked)
    (said,) = soaked.broken
    assert type(error).__name__ in said


def test_a_run_of_twenty_minutes_is_given_up_within_an_hour() -> None:
    assert 20 * 60 < most_seconds(20.0) < 60 * 60
