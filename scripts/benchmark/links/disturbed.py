"""The wheel turns while the link changes under it: what was drawn, what went over it, and when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.benchmark.links.moving import Moved, move, roll_wheel
from scripts.benchmark.links.stage import Stage
from scripts.benchmark.reader_page import ReaderPage
from scripts.thin_link import Packet

ASK_SECONDS = 1.0
Change = tuple[float, dict[str, Any]]
"""After so many seconds, these terms of the link."""


@dataclass(slots=True)
class Disturbed:
    """A motion; `clock` added to the page's seconds gives the time, in which `changed` are the changes and `asked` key frames."""

    clock: float
    changed: list[float] = field(default_factory=list)
    asked: list[tuple[float, int]] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    moved: Moved | None = None

    @property
    def motion(self) -> Moved:
        """The motion, once it is over."""
        assert self.moved is not None
        return self.moved

    def page_ms(self, t: float) -> float:
        """A time on the page's clock, ms."""
        return (t - self.clock) * 1000


async def clock_of(reader: ReaderPage) -> float:
    """What the page's `performance.now` in seconds lacks to `time.monotonic`: of several questions the one answered fastest."""
    found = []
    for _ in range(8):
        before = time.monotonic()
        page = float(await reader.probe("now")) / 1000
        after = time.monotonic()
        found.append((after - before, (before + after) / 2 - page))
    return min(found)[1]


async def roll_disturbed(
    at: Stage, reader: ReaderPage, seconds: float, changes: Sequence[Change], every: int = 2
) -> Disturbed:
    """20 steps a second, the link changing meanwhile; each `every`-th picture is kept. The link is then as it was."""
    found = Disturbed(await clock_of(reader))

    async def act(reader: ReaderPage, seconds: float) -> None:
        at.link.watch()
        asking = asyncio.create_task(_ask(reader, found))
        try:
            await asyncio.gather(roll_wheel(reader, seconds), _change(at, changes, found))
        finally:
            asking.cancel()
            found.packets = at.link.watched()
            at.link.set(**at.case.terms, cut=False)

    found.moved = await move(at, reader, act, seconds, every)
    return found


async def _change(at: Stage, changes: Sequence[Change], found: Disturbed) -> None:
    started = time.monotonic()
    for after, terms in changes:
        await asyncio.sleep(max(0.0, started + after - time.monotonic()))
        at.link.set(**terms)
        found.changed.append(time.monotonic())


async def _ask(reader: ReaderPage, found: Disturbed) -> None:
    while True:
        inbound = await reader.probe("inbound")
        found.asked.append((time.monotonic(), inbound["pliCount"]))
        await asyncio.sleep(ASK_SECONDS)
