"""Driving any viewer of slices by wheel and drag, watched by the eye alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page

from scripts.benchmark.hand import drag, roll, wheel
from scripts.benchmark.links.moving import DRAG_RATE, WHEEL_RATE, eight
from scripts.benchmark.peers.seen import Seen, seen
from scripts.benchmark.setting import NotMeasured

EYE = Path(__file__).with_name("eye.js")
STEPS, QUICK_STEPS = 5, 3
SECONDS, QUICK_SECONDS = 3.0, 3.0
QUIET_MS = 1_200
FIRST_PICTURE_SECONDS = 60.0
STEP_SECONDS, MOTION_SECONDS = 5.0, 8.0
"""After so long a picture that still changes is taken for what it settles to, and that is said."""


@dataclass(slots=True)
class Watched:
    """One viewer on one link: navigation to first picture (ms), single steps, and the motions."""

    first_picture: float
    steps: list[Seen] = field(default_factory=list)
    wheel: Seen | None = None
    drag: Seen | None = None


class Eye:
    """A page with the eye in it."""

    def __init__(self, page: Page, cdp: CDPSession, middle: tuple[float, float]) -> None:
        self.page = page
        self.cdp = cdp
        self.middle = middle

    async def call(self, name: str) -> Any:
        """A function of the eye."""
        return await self.page.evaluate(f"farviewEye.{name}()")

    async def first_picture(self, address: str) -> float:
        """Navigates; milliseconds until something with structure is to be seen.

        Raises:
            NotMeasured: nothing is.
        """
        await self.page.goto(address, wait_until="commit")
        for _ in range(round(FIRST_PICTURE_SECONDS / 0.1)):
            first = await self.call("first")
            if first is not None:
                return float(first)
            await asyncio.sleep(0.1)
        raise NotMeasured(f"no picture within {FIRST_PICTURE_SECONDS:g} s")

    async def quiet(self, seconds: float) -> bool:
        """Whether nothing has changed for a while, within so many seconds."""
        for _ in range(round(seconds / 0.05)):
            if await self.call("quietSince") > QUIET_MS:
                return True
            await asyncio.sleep(0.05)
        return False

    async def watch(self, kind: str, act: Callable[[], Awaitable[None]], seconds: float) -> Seen:
        """What is seen of `act`, until it is quiet."""
        await self.quiet(seconds)
        await self.call("clear")
        await act()
        settled = await self.quiet(seconds)
        return seen(await self.call("take"), kind, settled=settled)


@asynccontextmanager
async def eye_in(browser: Browser, window: tuple[int, int], cookies: Any = None) -> AsyncIterator[Eye]:
    """A page of that window size in a context of its own."""
    context = await browser.new_context(
        viewport={"width": window[0], "height": window[1]}, storage_state=cookies
    )
    try:
        await context.add_init_script(path=EYE)
        page = await context.new_page()
        yield Eye(page, await context.new_cdp_session(page), (window[0] / 2, window[1] / 2))
    finally:
        await context.close()


async def watch_viewer(eye: Eye, address: str, quick: bool, tools: dict[str, str]) -> Watched:
    """All that is compared; `tools` are keys to press before "wheel" and "drag", where the viewer wants some."""
    found = Watched(await eye.first_picture(address))
    await eye.quiet(MOTION_SECONDS)
    await eye.page.mouse.move(*eye.middle)
    await _press(eye, tools, "wheel")
    for n in range(QUICK_STEPS if quick else STEPS):
        step = 1 if n % 6 < 3 else -1
        found.steps.append(await eye.watch("wheel", partial(wheel, eye.cdp, eye.middle, step), STEP_SECONDS))
    seconds = QUICK_SECONDS if quick else SECONDS
    found.wheel = await eye.watch(
        "wheel",
        lambda: roll(eye.cdp, eye.middle, lambda _n: 1, round(WHEEL_RATE * seconds), WHEEL_RATE),
        MOTION_SECONDS,
    )
    await _press(eye, tools, "drag")
    found.drag = await eye.watch(
        "pointermove",
        lambda: drag(eye.cdp, eight(*eye.middle), round(DRAG_RATE * seconds), DRAG_RATE),
        MOTION_SECONDS,
    )
    return found


async def _press(eye: Eye, tools: dict[str, str], motion: str) -> None:
    if motion in tools:
        await eye.page.keyboard.press(tools[motion])
