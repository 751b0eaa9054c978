"""The end of a connection is told once, and a task that fails is one."""

from __future__ import annotations

import asyncio

from streamer.transport.connection_end import ConnectionEnd


async def fails() -> None:
    raise RuntimeError("out of order")


async def test_the_end_is_told_once() -> None:
    told: list[str] = []
    end = ConnectionEnd(told.append)
    end.come("first")
    end.come("second")
    assert told == ["first"]
    assert end.over


async def test_an_end_of_our_own_is_not_told() -> None:
    told: list[str] = []
    end = ConnectionEnd(told.append)
    end.unless_within(0.0, "too late")
    end.close()
    task = asyncio.create_task(fails())
    end.with_failure_of(task, "failed")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert told == []


async def test_a_deadline_that_is_kept_says_nothing_and_one_that_is_missed_does() -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    kept, missed = ConnectionEnd(told.put_nowait), ConnectionEnd(told.put_nowait)
    kept.unless_within(0.0, "kept")
    kept.stands()
    missed.unless_within(0.0, "missed")
    assert await asyncio.wait_for(told.get(), 10) == "missed"
    assert told.empty()


async def test_a_task_that_fails_ends_it_and_one_that_is_cancelled_does_not() -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    end = ConnectionEnd(told.put_nowait)
    cancelled = asyncio.create_task(asyncio.Event().wait())
    end.with_failure_of(cancelled, "cancelled")
    cancelled.cancel()
    await asyncio.wait([cancelled])
    end.with_failure_of(asyncio.create_task(fails()), "failed")
    assert await asyncio.wait_for(told.get(), 10) == "failed"
    assert end.over
