"""Watching a reader: is it live again soon after each trouble, is a resting picture proven, is every green right?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Error

from scripts.benchmark.reader_page import ReaderPage

LOOK_SECONDS = 1.0
ASK_SECONDS = 30.0
"""A page that does not answer a question for so long hangs."""
LIVE_WITHIN_SECONDS = 30.0
PROVEN_WITHIN_SECONDS = 45.0
"""A volume's full-quality picture takes seconds to draw, and its still seconds on a thin link."""


LOADING = ("reload",)
"""While its reader does these, a page may have no script that answers, for as long as a trouble lasts."""


@dataclass(slots=True)
class Calm:
    """Since when nothing has troubled the reader; None while something does. `trouble` is the newest one's name."""

    since: float | None = field(default_factory=time.monotonic)
    trouble: str = ""

    @property
    def after(self) -> str:
        """After, or in, which trouble it is, in words."""
        if not self.trouble:
            return "before any trouble"
        return f"{'in' if self.since is None else 'after'} “{self.trouble}”"

    def seconds(self) -> float:
        """How long it has been calm."""
        return 0.0 if self.since is None else time.monotonic() - self.since


@dataclass(slots=True)
class Found:
    """What one page has been seen to do, and what its reader does just now."""

    greens: int = 0
    looks: int = 0
    wrongs: list[dict[str, Any]] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unproven: int = 0
    rests: int = 0
    act: str = ""
    _before: tuple[int, int] = (0, 0)

    @property
    def doing(self) -> str:
        """What the reader does, in words."""
        return f"while its reader does “{self.act}”" if self.act else "before its reader did anything"

    def take(self, state: dict[str, Any], when: str = "") -> None:
        """The witness's counts; they begin anew with each load of the page. `when` is said of what is wrong."""
        greens, looks = state["greens"], state["looks"]
        known_greens, known_looks = self._before if looks >= self._before[1] else (0, 0)
        self.greens += greens - known_greens
        self.looks += looks - known_looks
        self._before = (greens, looks)
        known = [{name: said for name, said in wrong.items() if name != "when"} for wrong in self.wrongs]
        self.wrongs += [{**wrong, "when": when} for wrong in state["wrongs"] if wrong not in known]


async def watch(name: str, reader: ReaderPage, calm: Calm, found: Found) -> None:
    """Looks every second, until cancelled."""
    live_at = time.monotonic()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            state = await state_of(reader)
        except TimeoutError:
            if not hangs(calm, found.act):
                continue
            found.stuck.append(
                f"{name}: the page answers nothing for {ASK_SECONDS:g} s, {calm.after}, {found.doing}"
            )
            continue
        if state is None:
            continue
        found.take(state, calm.after)
        now = time.monotonic()
        if state["session"] == "live":
            live_at = now
        elif min(now - live_at, calm.seconds()) > LIVE_WITHIN_SECONDS:
            found.stuck.append(
                f"{name} is “{state['session']}” {now - live_at:.0f} s, {calm.seconds():.0f} s {calm.after}"
            )
            live_at = now


def hangs(calm: Calm, act: str) -> bool:
    """Whether a page that answers nothing is at fault while its reader does `act`.

    Without a network none can be loaded; whether it is there afterwards is looked at when the trouble is over.
    """
    return act not in LOADING or calm.since is not None


async def until_proven(name: str, reader: ReaderPage, calm: Calm, found: Found) -> None:
    """The hand rests until the picture is proven; where it is not though nothing troubles the reader, that is written down.

    A volume drawn from a reduced copy can't be exact (docs/safety.md, rule 9): the planes are taken instead.
    """
    view = await reader.probe("state")
    if view is None or not shows_an_image(view):
        return
    found.rests += 1
    end = time.monotonic() + PROVEN_WITHIN_SECONDS
    planes = False
    while time.monotonic() < end:
        # Asked again and again: the host may not have told of a layout that was chosen just now.
        view = await reader.probe("state") or view
        if "3d" in view["layout"] and not planes:
            planes = True
            await reader.page.keyboard.press("m")
        state = await state_of(reader)
        if state is not None and state["fidelity"] == "exact":
            return
        await asyncio.sleep(0.2)
    if calm.seconds() >= PROVEN_WITHIN_SECONDS:
        found.unproven += 1
        why = await reader.page.locator("fv-badge").get_attribute("data-tip")
        found.stuck.append(
            f"{name}: a resting picture is not proven after {PROVEN_WITHIN_SECONDS:g} s, {calm.after}; it says “{why}”"
        )


def shows_an_image(view: dict[str, Any]) -> bool:
    """Whether there is anything to prove: a reader may look at an empty viewport alone. `view` is a state message."""
    viewports = view["viewports"]
    shown = [viewports[view["active"]]] if view["maximized"] else viewports
    return any(viewport["series"] >= 0 for viewport in shown)


async def state_of(reader: ReaderPage) -> dict[str, Any] | None:
    """What the witness says; None while the page loads.

    Raises:
        TimeoutError: the page's script does not run; Playwright itself would wait for it for good.
    """
    try:
        async with asyncio.timeout(ASK_SECONDS):
            state: dict[str, Any] | None = await reader.page.evaluate(
                "window.farviewWitness?.state() ?? null"
            )
    except Error as gone:
        if "navigat" not in str(gone):
            raise
        return None
    return state
