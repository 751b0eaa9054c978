"""A worker that hangs is found out within a second, one that rests or is overtaken by a stall is not."""

from __future__ import annotations

import asyncio

import pytest

from streamer.session.sign_watch import SignWatch
from tests.fakes.virtual_time import run


def watch() -> SignWatch:
    return SignWatch(asyncio.get_running_loop().time)


async def found_after(seen: SignWatch, since: float) -> float:
    await seen.until_silent()
    return asyncio.get_running_loop().time() - since


@pytest.mark.parametrize("pace_ms", [200, 400])
@pytest.mark.parametrize("hung_after", [0.0, 0.05, 0.19, 0.21, 0.39])
def test_a_reading_whose_worker_hangs_knows_within_a_second(pace_ms: int, hung_after: float) -> None:
    async def hang() -> float:
        seen, loop = watch(), asyncio.get_running_loop()
        silent = asyncio.create_task(seen.until_silent())
        for _ in range(20):
            seen.heard(pace_ms)
            await asyncio.sleep(pace_ms / 1000)
        seen.heard(pace_ms)
        last = loop.time()
        await asyncio.sleep(hung_after)
        await silent
        return loop.time() - last

    assert run(hang()) <= 1.0


@pytest.mark.parametrize("pace_ms", [200, 400, 1000])
def test_one_that_signs_at_its_pace_is_never_lost(pace_ms: int) -> None:
    async def live() -> bool:
        seen = watch()
        silent = asyncio.create_task(seen.until_silent())
        for _ in range(100):
            seen.heard(pace_ms)
            await asyncio.sleep(pace_ms / 1000 + 0.02)
        return silent.done()

    assert not run(live())


@pytest.mark.parametrize("rested", [0.0, 0.3, 0.6, 0.9])
def test_one_that_rests_has_no_longer_than_others_once_it_is_asked(rested: float) -> None:
    async def ask() -> float:
        seen, loop = watch(), asyncio.get_running_loop()
        silent = asyncio.create_task(seen.until_silent())
        seen.heard(1000)
        await asyncio.sleep(rested)
        asked = loop.time()
        seen.asked()
        for _ in range(30):  # many more messages do not put it off
            await asyncio.sleep(0.02)
            seen.asked()
        await silent
        return loop.time() - asked

    assert run(ask()) <= 1.0


def test_one_that_answers_when_it_is_asked_is_not_lost() -> None:
    async def ask() -> bool:
        seen = watch()
        silent = asyncio.create_task(seen.until_silent())
        for _ in range(20):
            seen.heard(1000)
            await asyncio.sleep(0.95)
            seen.asked()
            await asyncio.sleep(0.1)
        return silent.done()

    assert not run(ask())


def test_a_stall_of_the_loop_is_not_one_of_the_worker() -> None:
    async def stall() -> bool:
        loop = asyncio.get_running_loop()
        stalled = 0.0
        seen = SignWatch(lambda: loop.time() + stalled)
        silent = asyncio.create_task(seen.until_silent())
        seen.heard(200)
        await asyncio.sleep(0.1)
        stalled = 30.0  # nothing of this loop ran meanwhile, and the signs wait in the socket
        await asyncio.sleep(0.35)
        seen.heard(200)
        await asyncio.sleep(0.25)
        return silent.done()

    assert not run(stall())
