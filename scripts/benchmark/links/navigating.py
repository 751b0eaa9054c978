"""A signed-in reader opens a study's address in a browser that has nothing cached: until the first picture, and at what cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.benchmark.links.case import BYTES_BEFORE_KB, PAGE_KB, Case
from scripts.benchmark.links.stage import Stage
from scripts.benchmark.row import Bar, Row, of_samples
from scripts.benchmark.setting import NotMeasured
from scripts.thin_link import Packet
from scripts.thin_link.passed import TCP, bytes_between

NAVIGATIONS, QUICK_NAVIGATIONS = 4, 2
FIRST_PICTURE_SECONDS = 40.0
AFTERWARDS_SECONDS = 2.5
CALM_SECONDS, CALM_WITHIN = 0.7, 10.0
RTP_OVERHEAD = 1.05
"""IP, UDP, SRTP and RTP headers on a picture's bytes."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """From the beginning of the navigation to the first picture, ms; bytes that came before it besides it; of the whole page."""

    milliseconds: float
    before: float
    page: int


async def navigate(stage: Stage, quick: bool) -> list[Navigation]:
    """Several times, each in a fresh browser context."""
    return [await _once(stage) for _ in range(QUICK_NAVIGATIONS if quick else NAVIGATIONS)]


async def _once(stage: Stage) -> Navigation:
    async with stage.page() as reader:
        stage.link.watch()
        await reader.page.goto(stage.studies[0].address(stage.origin), wait_until="commit")
        await reader.until("pictured", 0, "the first picture", FIRST_PICTURE_SECONDS)
        drawn = next(draw for draw in (await reader.probe("take"))["draws"] if draw["picture"])
        began = await reader.page.evaluate("performance.timeOrigin / 1000") + time.monotonic() - time.time()
        await asyncio.sleep(AFTERWARDS_SECONDS)
        return navigation_of(stage.link.watched(), began, drawn["t"], drawn["info"]["size"])


def navigation_of(packets: Sequence[Packet], began: float, milliseconds: float, picture: int) -> Navigation:
    """From what went over the link; `began` is seconds of the packets' clock, `picture` the bytes of the first picture.

    Raises:
        NotMeasured: nothing went over it before the picture.
    """
    first = began + milliseconds / 1000
    before = bytes_between(packets, began, first)
    if before == 0:
        raise NotMeasured("no packet came before the first picture: the clocks do not agree")
    end = packets[-1].time + 1
    return Navigation(
        milliseconds, before - RTP_OVERHEAD * picture, bytes_between(packets, began, end, protocol=TCP)
    )


def navigation_rows(case: Case, navigations: Sequence[Navigation]) -> list[Row]:
    """Time, bytes before the picture, bytes of the page."""
    seconds = [each.milliseconds / 1000 for each in navigations]
    before = [each.before / 1000 for each in navigations]
    page = [each.page / 1000 for each in navigations]
    bars = (Bar("p50", "≤", case.first_picture_s), Bar("p95", "≤", case.first_picture_s))
    trips = f"{1000 * sorted(seconds)[len(seconds) // 2] / case.rtt_ms:.1f} round trips, its work included"
    return [
        of_samples(
            f"{case.name}: navigation → first picture", "s", seconds, bars, f"empty browser cache, signed in; {trips}"
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
