"""What a reader does: scroll, window, mark, choose a layout, resize, change the study, rest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from playwright.async_api import TimeoutError as LateError

from scripts.benchmark.hand import drag, wheel
from scripts.benchmark.reader_page import ReaderPage

LAYOUTS = ("Shift+Digit1", "Shift+Digit1", "Shift+Digit2", "Shift+Digit4", "m", "Shift+M")
SIZES = ((1500, 960), (1280, 800), (1720, 1010), (900, 1100))
KEYS = (
    "i",
    "f",
    "k",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Backspace",
    "Enter",
    "b",
    "Digit1",
    "Digit2",
    "+",
    "-",
)
MOST_STEPS, MOST_PIXELS, LEAST_MARK = 40, 150.0, 30.0
WHEEL_RATE, DRAG_RATE = 25.0, 60.0
WORKLIST_SECONDS, TRIES = 60.0, 6
"""So long the way to the worklist may take, and so often its key is pressed."""


@dataclass(slots=True)
class Reading:
    """One reader at work; `studies` are the addresses that it may change to.

    Who holds `hand` acts. While `stays` the reader keeps to the study. `moves` counts changes of the study and loads of the
    page, `gestures` what may have moved a mark.
    """

    reader: ReaderPage
    chance: Random
    studies: tuple[str, ...]
    may_change: bool = True
    stays: bool = False
    moves: int = 0
    gestures: int = 0
    hand: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def middle(self) -> tuple[float, float]:
        """A point in the picture, not always the same; in some window where there is no picture yet."""
        box = await self.reader.page.locator("fv-stage").bounding_box()
        left, top, width, height = (
            (box["x"], box["y"], box["width"], box["height"]) if box else (0, 0, 600, 400)
        )
        return left + width * self.chance.uniform(0.2, 0.8), top + height * self.chance.uniform(0.2, 0.8)


Act = Callable[[Reading], Awaitable[None]]


async def scroll(reading: Reading) -> None:
    """The wheel, some way in one direction."""
    at, direction = await reading.middle(), reading.chance.choice((-1, 1))
    for _ in range(reading.chance.randint(1, MOST_STEPS)):
        await wheel(reading.reader.cdp, at, direction)
        await asyncio.sleep(1 / WHEEL_RATE)


async def window(reading: Reading) -> None:
    """A drag with one of the tools that change how it looks."""
    reading.gestures += 1  # it may begin on a mark's handle
    await reading.reader.page.keyboard.press(reading.chance.choice(("w", "w", "s", "t", "z")))
    x, y = await reading.middle()
    right, down = (reading.chance.uniform(-MOST_PIXELS, MOST_PIXELS) for _ in range(2))
    count = reading.chance.randint(10, 90)
    await drag(reading.reader.cdp, lambda n: (x + right * n / count, y + down * n / count), count, DRAG_RATE)


async def mark(reading: Reading) -> None:
    """A line is measured; afterwards the hand scrolls again."""
    reading.gestures += 1
    await reading.reader.page.keyboard.press("d")
    x, y = await reading.middle()
    right, down = (reading.chance.choice((-1, 1)) * LEAST_MARK for _ in range(2))
    count = reading.chance.randint(10, 30)
    await drag(reading.reader.cdp, lambda n: (x + right * n / count, y + down * n / count), count, DRAG_RATE)
    await reading.reader.page.keyboard.press("s")


async def layout(reading: Reading) -> None:
    """Another layout."""
    await reading.reader.page.keyboard.press(reading.chance.choice(LAYOUTS))


async def key(reading: Reading) -> None:
    """One of the keys that change the view."""
    await reading.reader.page.keyboard.press(reading.chance.choice(KEYS))


async def resize(reading: Reading) -> None:
    """Another window."""
    width, height = reading.chance.choice(SIZES)
    await reading.reader.page.set_viewport_size({"width": width, "height": height})


async def change_study(reading: Reading) -> None:
    """To the worklist and into a study, as by a click; the page stays."""
    reading.moves += 1
    page = reading.reader.page
    # A key that is pressed before the page's tools have come does nothing: whoever just loaded it presses again.
    for _ in range(TRIES):
        if await page.locator("fv-worklist[hidden]").count():
            await page.keyboard.press("Shift+L")
        with contextlib.suppress(LateError):
            await page.wait_for_selector("fv-worklist:not([hidden])", timeout=WORKLIST_SECONDS / TRIES * 1000)
            break
    rows = page.locator("fv-worklist:not([hidden]) tr[data-study] td.description")
    await rows.first.wait_for(timeout=WORKLIST_SECONDS * 1000)
    await rows.nth(reading.chance.randrange(await rows.count())).click(timeout=60_000)


async def reload(reading: Reading) -> None:
    """The page anew, by an address."""
    reading.moves += 1
    await reading.reader.page.goto(
        reading.chance.choice(reading.studies), wait_until="commit", timeout=90_000
    )


async def rest(reading: Reading) -> None:
    """The hand lies still."""
    await asyncio.sleep(reading.chance.uniform(0.5, 4.0))


ACTS: dict[str, tuple[Act, int]] = {
    "scroll": (scroll, 8),
    "window": (window, 6),
    "key": (key, 4),
    "mark": (mark, 2),
    "layout": (layout, 2),
    "resize": (resize, 1),
    "change study": (change_study, 1),
    "reload": (reload, 1),
    "rest": (rest, 6),
}
"""Each with its weight."""


MOVING = ("change study", "reload")


def choose(chance: Random, *, may_change_study: bool, stays: bool = False) -> str:
    """The name of the next act; who `stays` neither changes the study nor loads the page anew."""
    names = [name for name in ACTS if may_change_study or name != "change study"]
    names = [name for name in names if not (stays and name in MOVING)]
    return chance.choices(names, [ACTS[name][1] for name in names])[0]
