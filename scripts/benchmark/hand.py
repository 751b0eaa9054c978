"""The hand that drives the page: real input events through Chromium's DevTools protocol, at an even pace."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable

from playwright.async_api import CDPSession

Point = tuple[float, float]
Path = Callable[[int], Point]
"""Where the pointer is at its n-th event."""
NOTCH = 120.0
UNANSWERED = 60
"""The browser answers an event when the page has taken it; with more than so many open the hand waits."""


async def wheel(cdp: CDPSession, at: Point, steps: int) -> None:
    """Turns the wheel by whole notches at once; positive is towards the reader."""
    event = {"type": "mouseWheel", "x": at[0], "y": at[1], "deltaX": 0, "deltaY": NOTCH * steps}
    await cdp.send("Input.dispatchMouseEvent", event)


async def roll(cdp: CDPSession, at: Point, direction: Callable[[int], int], count: int, rate: float) -> None:
    """Turns the wheel `count` times, `rate` times a second; `direction` says which way, 1 or -1."""
    await _paced(count, rate, lambda n: wheel(cdp, at, direction(n)))


async def drag(cdp: CDPSession, path: Path, count: int, rate: float) -> None:
    """Presses the left button, moves along `path` with `rate` events a second, lets go."""
    await _mouse(cdp, "mousePressed", path(0))
    await _paced(count, rate, lambda n: _mouse(cdp, "mouseMoved", path(n)))
    await _mouse(cdp, "mouseReleased", path(count - 1))


async def _mouse(cdp: CDPSession, kind: str, at: Point) -> None:
    event = {"type": kind, "x": at[0], "y": at[1], "button": "left", "buttons": 1, "clickCount": 1}
    if kind == "mouseReleased":
        event["buttons"] = 0
    await cdp.send("Input.dispatchMouseEvent", event)


async def _paced(count: int, rate: float, act: Callable[[int], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    open_: set[asyncio.Future[None]] = set()
    for n in range(count):
        await asyncio.sleep(max(0.0, start + n / rate - loop.time()))
        if len(open_) >= UNANSWERED:
            _done, open_ = await asyncio.wait(open_, return_when=asyncio.FIRST_COMPLETED)
        open_.add(asyncio.ensure_future(act(n)))
        for task in [task for task in open_ if task.done()]:
            task.result()  # an event that the browser refused ends the measurement
            open_.discard(task)
    await asyncio.gather(*open_)


def up_and_down(x: float, top: float, images: int, pixels: float) -> Path:
    """A vertical drag over `images` images and back, one image's worth of `pixels` an event, again and again."""

    def at(n: int) -> Point:
        turn = n % (2 * images)
        return x, top + pixels * (turn if turn <= images else 2 * images - turn)

    return at


def circle(left: float, top: float, width: float, height: float, events: int) -> Path:
    """Round the middle of a rectangle, once every `events` events."""

    def at(n: int) -> Point:
        angle = 2 * math.pi * n / events
        return (
            left + width * (0.5 + 0.3 * math.cos(angle)),
            top + height * (0.5 + 0.3 * math.sin(angle)),
        )

    return at
