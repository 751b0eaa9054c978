"""What an open worklist hears of its archives when a host is lost, or its line is cut, in virtual time: at once, and truly."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.roles import Role
from signaling.domain.tenants import User
from signaling.protocol import page
from signaling.services.host_registry import AWAY_SECONDS
from signaling.services.pages import CUT, CUT_SECONDS, NOT_REACHED, Pages
from signaling.services.ports import PageLink
from tests.fakes.host_registry import KEY_HOST, Line
from tests.fakes.virtual_time import run
from tests.unit.signaling.test_emptying import OTHER, Two, load
from tests.unit.signaling.test_line_ends import Page

WORDS = CUT.format("one")


class Listening(Two):
    """A page whose worklist is open."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = Pages(self.hosts.registry)
        self.port = Page()
        self.pages.add(PageLink(User("u", "t", Role.READER), "sign-in", "p", self.port))

    @property
    def told(self) -> list[str]:
        """What was said of the archive, in order."""
        return [m.problem for m in self.port.told if isinstance(m, page.WorklistChanged) and m.archive == "x"]


async def reports(it: Listening, line: Line) -> None:
    while True:
        it.hosts.registry.heard(line.host, load("x"))
        await asyncio.sleep(1.0)


async def ends(it: Listening, line: Line, how: str) -> None:
    match how:
        case "stopped":
            it.hosts.registry.leaves(line.host, over=True)
        case "removed":
            await it.hosts.registry.remove(KEY_HOST, "t")
        case _:
            line.cut()


@pytest.mark.parametrize(
    ("how", "after", "told"),
    [
        ("stopped", 0.0, [NOT_REACHED]),
        ("removed", 0.0, [NOT_REACHED]),
        ("its line is cut", CUT_SECONDS - 0.1, []),
        ("its line is cut", CUT_SECONDS, [WORDS]),
        ("its line is cut", AWAY_SECONDS - 1, [WORDS]),
        ("its line is cut", AWAY_SECONDS + 2, [WORDS, NOT_REACHED]),
    ],
)
@pytest.mark.parametrize("also", [False, True], ids=["alone", "another host reaches it"])
def test_what_becomes_of_a_host_is_told_at_once(how: str, after: float, told: list[str], also: bool) -> None:
    async def story() -> None:
        it = Listening()
        line = await it.host(KEY_HOST, "x")
        if also:
            other = await it.host(OTHER, "x")
            it.hosts.registry.heard(other.host, load("x"))
        watch = asyncio.create_task(it.hosts.registry.watch())
        beats = asyncio.create_task(reports(it, other)) if also else None
        said = len(it.told)
        await ends(it, line, how)
        await asyncio.sleep(after)
        assert it.told[said:] == ([] if also else told)
        for task in filter(None, (watch, beats)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await it.broker.close()

    run(story())


@pytest.mark.parametrize(("cut", "told"), [(0.5, []), (5.0, [WORDS, ""])])
def test_a_line_that_comes_back_is_spoken_of_only_where_it_was_cut_for_long(
    cut: float, told: list[str]
) -> None:
    async def story() -> None:
        it = Listening()
        line = await it.host(KEY_HOST, "x")
        said = len(it.told)
        line.cut()
        await asyncio.sleep(cut)
        await it.host(KEY_HOST, "x")
        await asyncio.sleep(2 * CUT_SECONDS)
        assert it.told[said:] == told
        await it.broker.close()

    run(story())
