"""A signed-in reader opens a study's address over HTTPS in a browser that has nothing cached: until the first picture, and at
what cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.benchmark.links.case import BYTES_BEFORE_KB, CASES, HOME, PAGE_KB, POOR, Case
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.row import Bar, Row, not_made, of_samples, percentile
from scripts.benchmark.setting import NotMeasured, Setting
from scripts.thin_link import Packet
from scripts.thin_link.passed import TCP, bytes_between

NAVIGATIONS, QUICK_NAVIGATIONS = 13, 4
QUICK_CASES = (HOME, POOR)
FIRST_PICTURE_SECONDS = 40.0
AFTERWARDS_SECONDS = 2.5
RTP_OVERHEAD = 1.05
"""IP, UDP, SRTP and RTP headers on a picture's bytes."""
STEPS = """() => {
  const [page] = performance.getEntriesByType('navigation');
  const files = performance.getEntriesByType('resource').map(({ name, responseEnd }) => [name.split('/').at(-1), responseEnd]);
  const { secureConnectionStart: secured, responseEnd } = page;
  return { protocol: location.protocol, secured, page: responseEnd, ...Object.fromEntries(files) };
}"""
"""What the browser says of the way: ms of when the page and its files were there, and whether TLS was spoken."""
NAMED = ("page", "boot.js", "index.css", "interface.js")


@dataclass(frozen=True, slots=True)
class Navigation:
    """From the beginning of the navigation to the first picture, ms; bytes that came before it besides it; of the whole page.

    `steps` has the ms at which the page and its files were there.
    """

    milliseconds: float
    before: float
    page: int
    steps: Mapping[str, float] = field(default_factory=dict)


async def navigating(setting: Setting, volume: LinkVolume) -> list[Row]:
    """The rows of navigation of every link, one after the other behind one Farview that speaks HTTPS."""
    rows: list[Row] = []
    cases = QUICK_CASES if setting.quick else CASES
    async with stage(cases[0], setting.folder("navigation"), volume, https=True) as first:
        for case in cases:
            first.link.set(**case.terms)
            try:
                rows += navigation_rows(case, await navigate(replace(first, case=case), setting.quick))
            except NotMeasured as reason:
                rows.append(not_made(f"{case.name}: navigation", str(reason)))
    return rows


async def navigate(at: Stage, quick: bool) -> list[Navigation]:
    """Several times, each in a fresh browser context."""
    return [await _once(at) for _ in range(QUICK_NAVIGATIONS if quick else NAVIGATIONS)]


async def _once(at: Stage) -> Navigation:
    async with at.page() as reader:
        at.link.watch()
        await reader.page.goto(at.studies[0].address(at.origin), wait_until="commit")
        await reader.until("pictured", 0, "the first picture", FIRST_PICTURE_SECONDS)
        drawn = next(draw for draw in (await reader.probe("take"))["draws"] if draw["picture"])
        began = await reader.page.evaluate("performance.timeOrigin / 1000") + time.monotonic() - time.time()
        await asyncio.sleep(AFTERWARDS_SECONDS)
        steps = secured(await reader.page.evaluate(STEPS))
        return navigation_of(at.link.watched(), began, drawn["t"], drawn["info"]["size"], steps)


def secured(said: Mapping[str, Any]) -> dict[str, float]:
    """The steps of a navigation of which the browser says that TLS was spoken.

    Raises:
        NotMeasured: it was not.
    """
    if said["protocol"] != "https:" or not said["secured"] > 0:
        raise NotMeasured("the page did not come over TLS")
    return {name: float(said[name]) for name in NAMED if name in said}


def navigation_of(
    packets: Sequence[Packet],
    began: float,
    milliseconds: float,
    picture: int,
    steps: Mapping[str, float] | None = None,
) -> Navigation:
    """From what went over the link; `began` is seconds of the packets' clock, `picture` the bytes of the first picture.

    Raises:
        NotMeasured: nothing went over it before the picture.
    """
    first = began + milliseconds / 1000
    before = bytes_between(packets, began, first)
    if before == 0:
        raise NotMeasured("no packet came before the first picture: the clocks do not agree")
    end = packets[-1].time + 1
    page = bytes_between(packets, began, end, protocol=TCP)
    return Navigation(milliseconds, before - RTP_OVERHEAD * picture, page, steps or {})


def navigation_rows(case: Case, navigations: Sequence[Navigation]) -> list[Row]:
    """Time, bytes before the picture, bytes of the page."""
    seconds = [each.milliseconds / 1000 for each in navigations]
    before = [each.before / 1000 for each in navigations]
    page = [each.page / 1000 for each in navigations]
    trips = f"{1000 * percentile(seconds, 0.5) / case.rtt_ms:.1f} round trips, its work included"
    bars = (Bar("p50", "≤", case.first_picture_s), Bar("p95", "≤", case.first_picture_p95_s))
    return [
        of_samples(
            f"{case.name}: navigation → first picture, HTTPS", "s", seconds, bars,
            f"empty browser cache, signed in; {trips}{_way(navigations)}",
        ),
        of_samples(
            f"{case.name}: bytes before the first picture, without it", "kB", before, (Bar("p95", "≤", BYTES_BEFORE_KB),),
            "everything that the client's end of the link got, headers included",
        ),
        of_samples(
            f"{case.name}: the whole page", "kB", page, (Bar("p95", "≤", PAGE_KB),),
            f"TCP, headers included, until {AFTERWARDS_SECONDS:g} s after the first picture",
        ),
    ]  # fmt: skip


def _way(navigations: Sequence[Navigation]) -> str:
    """When the page and its files were there, p50 of those navigations that say so."""
    said = []
    for name in NAMED:
        times = [each.steps[name] for each in navigations if name in each.steps]
        if times:
            said.append(f"{name} {percentile(times, 0.5) / 1000:.2f}")
    return f"; there after, s: {', '.join(said)}" if said else ""
