"""After a trouble: does the reader find within 30 s what must be there?"""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import Error

from scripts.soaking.acts import Reading
from scripts.soaking.expected import Expected, Glimpse, faults
from scripts.soaking.watch import LIVE_WITHIN_SECONDS, Calm, Found, state_of, until_proven

LOOK_SECONDS = 0.25
LEAST_SECONDS = 3.0
"""Though the time is over already, since an act took long: a page that is asked just then may be late by a moment."""


async def glimpse(reading: Reading) -> Glimpse | None:
    """What the reader has before them; None while the page loads, or where it does not answer."""
    try:
        state = await state_of(reading.reader)
    except TimeoutError:  # the watcher writes it down
        return None
    return None if state is None else Glimpse.of(state, reading.moves, reading.gestures)


async def find_again(
    name: str, reading: Reading, before: Glimpse, expected: Expected, calm: Calm, found: Found
) -> None:
    """Looks until all is as expected; what is not is written down, with the trouble's name. The hand is held meanwhile."""
    async with reading.hand:
        moved = before.moves != reading.moves
        left = LIVE_WITHIN_SECONDS - (0.0 if moved else calm.seconds())
        now = await _settled(reading, before, max(LEAST_SECONDS, left), saved=expected.saved)
        _write(name, now, calm, found)
        if expected.reloaded and not now and await _is_in_study(reading):
            now = await _reloaded(reading)
            _write(f"{name}, loaded anew", now, calm, found)
        if expected.proven and not now:
            await until_proven(name, reading.reader, calm, found)


async def _reloaded(reading: Reading) -> list[str]:
    before = await glimpse(reading)
    if before is None:
        return []
    await reading.reader.page.reload(wait_until="commit", timeout=LIVE_WITHIN_SECONDS * 1000)
    return await _settled(reading, before, LIVE_WITHIN_SECONDS, saved=True)


async def _settled(reading: Reading, before: Glimpse, seconds: float, *, saved: bool) -> list[str]:
    """What is still not as it must be after so many seconds."""
    end = time.monotonic() + seconds
    wrong = ["the page does not load"]
    while wrong:
        now = await glimpse(reading)
        wrong = ["the page does not load"] if now is None else faults(before, now, saved=saved)
        if time.monotonic() > end:
            break
        if wrong:
            await asyncio.sleep(LOOK_SECONDS)
    return wrong


async def _is_in_study(reading: Reading) -> bool:
    try:
        return bool(await reading.reader.page.evaluate("location.search.includes('study=')"))
    except Error:
        return False


def _write(name: str, wrong: list[str], calm: Calm, found: Found) -> None:
    if wrong:
        found.stuck.append(f"{name}, {calm.seconds():.0f} s {calm.after}: {'; '.join(wrong)}")
